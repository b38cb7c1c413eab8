import { formatPosition, ORIGIN, parsePosition, type Position } from '@gatehouse/kernel';
import { EVENT_COLUMNS, type EventRow, type StoredEvent, storedEventOf } from './stored-event.js';

/** Anything that runs one SQL statement: a TypeORM manager or data source. */
export interface Queryable {
  query<Row>(sql: string, parameters: unknown[]): Promise<Row[]>;
}

/** One page of the store's order. */
export interface FeedPage {
  /** Each with the position of the event just before it. */
  events: (StoredEvent & { preceding: Position })[];
  /** Where the next page begins. */
  next: Position;
  /**
   * False when there is more, and when committed events are withheld: a transaction older than theirs may still be open in
   * this database, or has ended this very moment. Read on.
   */
  complete: boolean;
}

/** A row below the oldest transaction that may still append is settled: nothing can come before it any more. */
const PAGE = `
  select ${EVENT_COLUMNS}, e.tx < (select settled_below()) as settled
  from events e
  where (e.tx, e.position) > ($1::xid8, $2::bigint)
  order by e.tx, e.position
  limit $3`;

const PRECEDING = `
  select e.tx::text as tx_text, e.position::text as position_text
  from events e
  where (e.tx, e.position) <= ($1::xid8, $2::bigint)
  order by e.tx desc, e.position desc
  limit 1`;

/**
 * Reads events in an order that never changes: paging by `(tx, position)`, never past a transaction of this database
 * that is still open.
 * @param after exclusive; any position, not only one that has an event.
 * @throws RangeError when `after` is malformed.
 */
export function readFeed(db: Queryable, after: Position, limit: number): Promise<FeedPage> {
  return readPage(db, after, limit, (cursor) => precedingOf(db, cursor));
}

/** As {@link readFeed}, from the origin or a position that has an event: which one precedes need not be looked up. */
export function readFeedFrom(db: Queryable, event: Position, limit: number): Promise<FeedPage> {
  return readPage(db, event, limit, () => event);
}

async function readPage(
  db: Queryable,
  after: Position,
  limit: number,
  before: (cursor: string[]) => Position | Promise<Position>,
): Promise<FeedPage> {
  const from = parsePosition(after);
  if (!from) throw new RangeError(`malformed position: ${after}`);
  const cursor = [from.tx.toString(), from.sequence.toString()];
  const rows = await db.query<EventRow & { settled: boolean }>(PAGE, [...cursor, limit]);
  const settled = rows.filter((row) => row.settled);
  const complete = settled.length === rows.length && rows.length < limit;
  if (settled.length === 0) return { events: [], next: after, complete };
  let preceding = await before(cursor);
  const events = settled.map(storedEventOf).map((event) => {
    const linked = { ...event, preceding };
    preceding = event.position;
    return linked;
  });
  return { events, next: preceding, complete };
}

async function precedingOf(db: Queryable, cursor: string[]): Promise<Position> {
  const [row] = await db.query<Pick<EventRow, 'tx_text' | 'position_text'>>(PRECEDING, cursor);
  return row ? formatPosition(row.tx_text, row.position_text) : ORIGIN;
}
