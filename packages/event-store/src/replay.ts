import type { EntityManager } from 'typeorm';
import { EVENT_COLUMNS, type EventRow, type StoredEvent, storedEventOf } from './stored-event.js';

/** Events that share a commit. */
const PAGE = 1_000;

/** Applies one event inside a transaction. */
export type ApplyEvent = (manager: EntityManager, event: StoredEvent) => Promise<void>;

/** Stream by stream: read models need the order within a stream alone, and the feed's is not always that one. */
const IN_ORDER = `
  select ${EVENT_COLUMNS} from events e
  where (e.stream_id, e.version) > ($1, $2::int)
  order by e.stream_id, e.version limit $3`;

/** What was appended behind the reader's back: of transactions older than $1 nothing was to come any more. */
const OUTSTANDING = `
  select ${EVENT_COLUMNS} from events e left join replayed r on r.stream_id = e.stream_id
  where e.tx >= $1::xid8 and e.version > coalesce(r.version, 0)
  order by e.stream_id, e.version limit $2`;

const REMEMBER = `
  insert into replayed
  select stream, max(version) from unnest($1::text[], $2::int[]) as read (stream, version) group by stream
  on conflict (stream_id) do update set version = excluded.version`;

/** Applies every event of the store once, each stream's in their order, while others are being appended. */
export class Replay {
  #last: Pick<StoredEvent, 'streamId' | 'version'> | undefined;
  #phase: 'streams' | 'outstanding' | 'over' = 'streams';
  #done = 0;

  private constructor(
    private readonly manager: EntityManager,
    private readonly apply: ApplyEvent,
    private readonly oldestOpen: string,
    private readonly total: number,
  ) {}

  /** @param manager of one session, which the replay keeps a temporary table in until {@link end}. */
  static async begin(manager: EntityManager, apply: ApplyEvent): Promise<Replay> {
    await manager.query('create temporary table replayed (stream_id text primary key, version int not null)');
    const [row] = await manager.query<{ oldest: string; total: string }[]>(
      'select settled_below()::text as oldest, count(*) as total from events',
    );
    return new Replay(manager, apply, row!.oldest, Number(row!.total));
  }

  /** How many events were applied, of those there were at the beginning. */
  get progress(): { done: number; total: number } {
    return { done: Math.min(this.#done, this.total), total: this.total };
  }

  /** Applies one page more. @returns false once nothing was left, a moment ago. */
  async next(): Promise<boolean> {
    if (this.#phase === 'over') return false;
    const read = await this.manager.transaction((page) =>
      this.#phase === 'streams' ? this.#streams(page) : this.#outstanding(page),
    );
    if (read < PAGE) this.#phase = this.#phase === 'streams' ? 'outstanding' : 'over';
    return true;
  }

  /** Applies, in a transaction of the same session, all that it sees and that was not applied yet. */
  async rest(manager: EntityManager): Promise<void> {
    while ((await this.#outstanding(manager)) === PAGE);
  }

  async end(): Promise<void> {
    await this.manager.query('drop table replayed');
  }

  async #streams(manager: EntityManager): Promise<number> {
    const { streamId = '', version = 0 } = this.#last ?? {};
    const rows = await manager.query<EventRow[]>(IN_ORDER, [streamId, version, PAGE]);
    const events = await this.#applyAll(manager, rows);
    this.#last = events.at(-1) ?? this.#last;
    return events.length;
  }

  async #outstanding(manager: EntityManager): Promise<number> {
    const rows = await manager.query<EventRow[]>(OUTSTANDING, [this.oldestOpen, PAGE]);
    return (await this.#applyAll(manager, rows)).length;
  }

  async #applyAll(manager: EntityManager, rows: readonly EventRow[]): Promise<StoredEvent[]> {
    const events = rows.map(storedEventOf);
    for (const event of events) await this.apply(manager, event);
    const streams = events.map(({ streamId }) => streamId);
    await manager.query(REMEMBER, [streams, events.map(({ version }) => version)]);
    this.#done += events.length;
    return events;
  }
}
