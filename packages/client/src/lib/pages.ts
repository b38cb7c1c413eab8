/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/**
 * Every item of a paged list, fetched page by page as the caller reads on.
 * @param fetchPage gets the cursor of the page; `undefined` for the first.
 */
export async function* itemsOf<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void> {
  let page = await fetchPage(undefined);
  yield* page.items;
  while (page.nextCursor !== null) {
    page = await fetchPage(page.nextCursor);
    yield* page.items;
  }
}
