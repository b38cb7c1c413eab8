import type { Position } from '@gatehouse/kernel';
import type { Page, Pages } from './page.js';

/**
 * Asks for one page ahead while there is a backlog: whoever makes it works on it while the page before is being used.
 * Only full pages are taken from what was asked for ahead: one at the end of the feed may have grown since.
 */
export function pagesAhead<Item>(pages: Pages<Item>): Pages<Item> {
  let ahead: { after: Position; limit: number; page: Promise<Page<Item> | undefined> } | undefined;

  const taken = async (after: Position, limit: number): Promise<Page<Item> | undefined> => {
    const page = ahead?.after === after && ahead.limit === limit ? await ahead.page : undefined;
    return page?.events.length === limit ? page : undefined;
  };

  return async (after, limit) => {
    const known = taken(after, limit);
    ahead = undefined;
    const page = (await known) ?? (await pages(after, limit));
    // Whoever asks for the next page meets its error again, from the source itself.
    if (page.events.length === limit)
      ahead = { after: page.next, limit, page: pages(page.next, limit).catch(() => undefined) };
    return page;
  };
}
