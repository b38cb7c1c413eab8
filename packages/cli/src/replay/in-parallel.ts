/**
 * Works on the items of a source, at most `limit` at a time; a slow source or slow work holds the other up, so that
 * nothing gathers in memory.
 * @throws the first error of the source or the work, once the work under way has ended.
 */
export async function inParallel<Item>(
  source: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const items = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    while (failures.length === 0) {
      const next = await items.next();
      if (next.done) return;
      await work(next.value);
    }
  };
  const note = (error: unknown) => void failures.push(error);
  await Promise.all(Array.from({ length: limit }, () => worker().catch(note)));
  await items.return?.();
  if (failures.length > 0) throw failures[0];
}
