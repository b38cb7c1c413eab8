import type { Surroundings } from '../surroundings.js';
import type { Terminal } from '../terminal.js';

/** How much of a list, and for whom. */
export interface ListOptions {
  limit: number;
  json?: boolean;
}

/** The first of a list; says so when there are more. */
export async function firstOf<Item>(
  items: AsyncIterable<Item>,
  limit: number,
  terminal: Terminal,
  said = 'shown',
): Promise<Item[]> {
  const first: Item[] = [];
  for await (const item of items) {
    if (first.length === limit) {
      terminal.note(`only the first ${limit} are ${said}; there are more (--limit)`);
      break;
    }
    first.push(item);
  }
  return first;
}

/** Prints a list: a table, or one JSON document a line. */
export async function printList<Item>(
  { terminal }: Surroundings,
  items: AsyncIterable<Item>,
  { limit, json }: ListOptions,
  table: (items: readonly Item[]) => string,
): Promise<void> {
  const first = await firstOf(items, limit, terminal);
  if (json) for (const item of first) await terminal.print(JSON.stringify(item));
  else await terminal.print(table(first));
}
