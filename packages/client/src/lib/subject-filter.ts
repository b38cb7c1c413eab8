import { type EventName, filterFor } from '@gatehouse/contracts';

/** Which events a subscriber wants. */
export interface EventSelection {
  /** Names in code; absent: all. */
  types?: readonly EventName[];
  tenant?: string;
}

/**
 * The narrowest single subject filter that lets every selected event through; `undefined`: none. Servers before 2.10
 * take one filter per consumer, within one of the stream's subjects, so it may let others through as well: the
 * subscriber drops those.
 */
export function subjectFilter({ types = [], tenant = '*' }: EventSelection): string | undefined {
  const filters = types.map((name) => filterFor(name, tenant));
  const filter = filters.length ? filters.reduce(widen) : '*';
  return filter.startsWith('*') ? undefined : filter;
}

/** Both subjects have three tokens; where they differ, any token will do. */
function widen(left: string, right: string): string {
  const others = right.split('.');
  return left
    .split('.')
    .map((token, place) => (token === others[place] ? token : '*'))
    .join('.');
}
