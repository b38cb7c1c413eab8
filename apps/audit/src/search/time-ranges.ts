import type { EntityManager } from 'typeorm';
import { BLOCK } from './search-index.js';
import { SEGMENT } from './segment.js';

/** Leaves from `from` on, below `to`. */
export interface IndexRange {
  from: number;
  to: number;
}

const MOST_RANGES = 1000;

/**
 * Where in the log entries of a time can be: events are logged almost in the order of their time, so a few blocks hold
 * them. Lowest first.
 * @param size of the searchable part of the log.
 */
export async function rangesWithin(
  manager: EntityManager,
  { from, to }: { from: string | undefined; to: string | undefined },
  size: number,
): Promise<IndexRange[]> {
  if (from === undefined && to === undefined) return [{ from: 0, to: size }];
  const rows = await manager.query<{ first: string; last: string }[]>(CONSECUTIVE_BLOCKS, [
    from ?? '-infinity',
    to ?? 'infinity',
  ]);
  return rows.map(({ first, last }) => ({ from: Number(first) * BLOCK, to: (Number(last) + 1) * BLOCK }));
}

/** The last block is still growing, and has no row of its own yet. */
const CONSECUTIVE_BLOCKS = `
  with closed as (select coalesce(max(block) + 1, 0) as blocks from search_blocks),
  every_block as (
    select block, earliest, latest from search_blocks
    union all
    select index / ${BLOCK}, min(at), max(at) from search
    where index >= (select blocks from closed) * ${BLOCK} group by 1
  ),
  matching as (
    select block, block - row_number() over (order by block) as island from every_block
    where latest >= $1::timestamptz and earliest < $2::timestamptz
  )
  select min(block) as first, max(block) as last from matching group by island order by 1 limit ${MOST_RANGES}`;

/**
 * What of the ranges is within a window, in the order in which it is looked through. The first two segments come each by
 * itself: a page is mostly full with them, and to plan a search of every segment takes longer than to search one.
 */
export function partsInOrder(
  ranges: readonly IndexRange[],
  window: IndexRange,
  order: 'oldest' | 'newest',
): IndexRange[] {
  const parts = ranges
    .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) }))
    .filter(({ from, to }) => from < to);
  const [first, ...others] = order === 'oldest' ? parts : parts.toReversed();
  if (first === undefined) return [];
  const [nearest, ...beyond] = cutAtSegment(first, order);
  return [nearest!, ...beyond.flatMap((part) => cutAtSegment(part, order)), ...others];
}

/** What of a range is in the segment where it begins, then the rest of it, if there is any. */
function cutAtSegment({ from, to }: IndexRange, order: 'oldest' | 'newest'): IndexRange[] {
  const edge = order === 'oldest' ? endOfSegment(from) : endOfSegment(to - 1) - SEGMENT;
  if (edge <= from || edge >= to) return [{ from, to }];
  const halves = [
    { from, to: edge },
    { from: edge, to },
  ];
  return order === 'oldest' ? halves : halves.toReversed();
}

const endOfSegment = (index: number): number => (Math.floor(index / SEGMENT) + 1) * SEGMENT;

/** The same parts, of which the first is cut: the block of it that is looked through first comes by itself. */
export function nearestFirst(
  [first, ...others]: readonly IndexRange[],
  order: 'oldest' | 'newest',
): IndexRange[] {
  if (first === undefined || first.to - first.from <= BLOCK) return first ? [first, ...others] : [];
  const { from, to } = first;
  return order === 'oldest'
    ? [{ from, to: from + BLOCK }, { from: from + BLOCK, to }, ...others]
    : [{ from: to - BLOCK, to }, { from, to: to - BLOCK }, ...others];
}
