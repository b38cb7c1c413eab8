import { newEventId } from '@gatehouse/kernel';
import type { EntityManager } from 'typeorm';
import {
  EVENT_COLUMNS,
  type EventMetadata,
  type EventRow,
  type StoredEvent,
  storedEventOf,
} from './stored-event.js';

/** An event that is not stored yet. */
export interface NewEvent {
  type: string;
  data: Record<string, unknown>;
}

/** A stream that does not exist yet, and how it begins. */
export interface NewStream {
  id: string;
  tenant: string;
  first: NewEvent;
  metadata: EventMetadata;
}

/** A stream that exists from now on. */
export interface BegunStream {
  id: string;
  /** When its first event was stored: the database's clock. */
  at: Date;
}

/** Somebody else appended to the stream meanwhile: load it again and decide again. */
export class VersionConflict extends Error {
  constructor(streamId: string, expected: number, options?: ErrorOptions) {
    super(`stream ${streamId} is no longer at version ${expected}`, options);
    this.name = 'VersionConflict';
  }
}

/** PostgreSQL: unique_violation. */
const UNIQUE_VIOLATION = '23505';

/** Streams of events in PostgreSQL. Every call runs in the transaction of the manager it is given. */
export const EventStore = {
  /**
   * All events of a tenant's stream, oldest first; empty for a stream that does not exist, and in the same time for one
   * of another tenant.
   */
  async load(manager: EntityManager, tenant: string, streamId: string): Promise<StoredEvent[]> {
    const rows: EventRow[] = await manager.query(
      `select ${EVENT_COLUMNS} from events e where e.stream_id = $1 and e.tenant = $2 order by e.version`,
      [streamId, tenant],
    );
    return rows.map(storedEventOf);
  },

  /**
   * Appends events that belong together, in one statement.
   * @param expectedVersion the version decided on; 0 for a new stream.
   * @param options.projectWith as with {@link EventStore.beginMany}: where nothing surrounds the statement, it commits both.
   * @throws VersionConflict when the stream has moved on; the surrounding transaction is then lost.
   */
  async append(
    manager: EntityManager,
    stream: { id: string; tenant: string; expectedVersion: number },
    events: readonly NewEvent[],
    metadata: EventMetadata,
    { projectWith }: { projectWith?: string } = {},
  ): Promise<StoredEvent[]> {
    const projected = projectWith === undefined ? '' : `, ${projectWith}(e)::text`;
    try {
      const rows: EventRow[] = await manager.query(
        `select ${EVENT_COLUMNS}${projected} from append_events($1, $2, $3, $4, $5, $6, $7::jsonb[]) e order by e.version`,
        [
          stream.id,
          stream.expectedVersion,
          stream.tenant,
          metadata,
          events.map(() => newEventId()),
          events.map((event) => event.type),
          events.map((event) => JSON.stringify(event.data)),
        ],
      );
      return rows.map(storedEventOf);
    } catch (error) {
      if (isVersionConflict(error))
        throw new VersionConflict(stream.id, stream.expectedVersion, { cause: error });
      throw error;
    }
  },

  /**
   * Begins many streams with one event each and updates the read models, in one statement: one round trip, one commit.
   * @param options.projectWith an SQL function `(events) → void` of this schema, called for each event. Never a name from outside.
   * @returns what became of them, in the order given.
   * @throws VersionConflict when one of the streams exists; none is begun then.
   */
  async beginMany(
    manager: EntityManager,
    streams: readonly NewStream[],
    { projectWith }: { projectWith: string },
  ): Promise<BegunStream[]> {
    const news = streams.map(({ id: stream, tenant, first: { type, data }, metadata }) => {
      return { id: newEventId(), stream, tenant, type, data, metadata };
    });
    try {
      const begun: BegunStream[] = await manager.query(
        `select e.stream_id as id, e.at, ${projectWith}(e)::text from begin_streams($1) e order by e.position`,
        [JSON.stringify(news)],
      );
      return begun.map(({ id, at }) => ({ id, at }));
    } catch (error) {
      if (isVersionConflict(error)) throw new VersionConflict('(one of many)', 0, { cause: error });
      throw error;
    }
  },
};

const isVersionConflict = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === UNIQUE_VIOLATION &&
  'table' in error &&
  error.table === 'events';
