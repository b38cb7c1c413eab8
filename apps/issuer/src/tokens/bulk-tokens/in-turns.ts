import { setImmediate } from 'node:timers/promises';

/** Some two milliseconds' worth: everybody else, and the relay, waits for a turn of the event loop to end. */
const PER_TURN = 50;

/** Deals with the items of a bulk, a turn of the event loop for every few. @returns the results, in the items' order. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  deal: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let i = 0; i < items.length; i += PER_TURN) {
    if (i > 0) await setImmediate();
    for (const item of items.slice(i, i + PER_TURN)) results.push(deal(item));
  }
  return results;
}
