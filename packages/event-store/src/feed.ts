import { formatPosition, ORIGIN, parsePosition, type Position } from '@gatehouse/kernel';

/** Anything that runs one SQL statement: a TypeORM manager or data source. */
export interface Queryable {
  query<Row>(sql: string, parameters: unknown[]): Promise<Row[]>;
}

/** An event on its way to others: in words of the database, which nobody has to take apart to pass on. */
export interface FeedEvent {
  /** UUID. */
  id: string;
  streamId: string;
  /** Wire type, e.g. `token.issued.v1`. */
  type: string;
  tenant: string;
  actor: string;
  /** W3C Trace Context. */
  traceparent: string | null;
  /** The database's clock: ISO 8601, UTC, to the millisecond. */
  at: string;
  /** JSON. */
  data: string;
  position: Position;
  /** Position of the event just before it; of the first one, the origin. */
  preceding: Position;
}

/** One page of the store's order. */
export interface FeedPage {
  events: FeedEvent[];
  /** Where the next page begins. */
  next: Position;
  /**
   * False when there is more, and when committed events are withheld: a transaction older than theirs may still be open in
   * this database, or has ended this very moment. Read on.
   */
  complete: boolean;
}

interface PageRow extends Omit<FeedEvent, 'position' | 'preceding'> {
  withheld: boolean;
  tx_text: string;
  position_text: string;
}

/**
 * An event below the oldest transaction that may still append is settled: nothing can come before it any more. What is not
 * settled is not read; whether there is any, the newest event of all tells. `offset 0` and `materialized` have the
 * question of what is settled asked once. Casts in the list only: sorting by them would sort text.
 */
const PAGE = `
  with reach as materialized (
    select asked.below, (
      select n.tx >= asked.below from events n order by n.tx desc, n.position desc limit 1
    ) as withheld
    from (select settled_below() as below offset 0) as asked
  )
  select (select withheld from reach), e.tx::text as tx_text, e.position::text as position_text,
    e.id, e.stream_id as "streamId", e.type, e.tenant,
    e.metadata->>'actor' as actor, e.metadata->>'traceparent' as traceparent,
    to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, e.data::text as data
  from events e
  where (e.tx, e.position) > ($1::xid8, $2::bigint) and e.tx < (select below from reach)
  order by e.tx, e.position
  limit $3`;

/** Asked after {@link PAGE}: what it finds may be settled by now. */
const NEWS = `
  select true as found from events e
  where (e.tx, e.position) > ($1::xid8, $2::bigint)
  order by e.tx, e.position
  limit 1`;

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
  const rows = await db.query<PageRow>(PAGE, [...cursor, limit]);
  const [first] = rows;
  if (!first) return { events: [], next: after, complete: (await db.query(NEWS, cursor)).length === 0 };
  const events = linked(rows, await before(cursor));
  return { events, next: events.at(-1)!.position, complete: !first.withheld && rows.length < limit };
}

function linked(rows: readonly PageRow[], before: Position): FeedEvent[] {
  let preceding = before;
  return rows.map((row) => {
    const event = feedEventOf(row, preceding);
    preceding = event.position;
    return event;
  });
}

const feedEventOf = (row: PageRow, preceding: Position): FeedEvent => ({
  id: row.id,
  streamId: row.streamId,
  type: row.type,
  tenant: row.tenant,
  actor: row.actor,
  traceparent: row.traceparent,
  at: row.at,
  data: row.data,
  position: formatPosition(row.tx_text, row.position_text),
  preceding,
});

async function precedingOf(db: Queryable, cursor: string[]): Promise<Position> {
  const [row] = await db.query<{ tx_text: string; position_text: string }>(PRECEDING, cursor);
  return row ? formatPosition(row.tx_text, row.position_text) : ORIGIN;
}
