import { setTimeout as delay } from 'node:timers/promises';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';

/**
 * ClickHouse, a server's or the engine in this process. Queries on one connection of the engine wait for each other,
 * so that reading has its own.
 */
export interface ClickHouse {
  writer: ClickHouseClient;
  reader: ClickHouseClient;
  /** @throws while it does not answer. */
  check(): Promise<void>;
  /** Lets go of the data path, for the next process. */
  close(): Promise<void>;
}

/** Where ClickHouse is. A URL wins over a path. */
export interface ClickHouseLocation {
  url?: string | undefined;
  path?: string | undefined;
}

/** A killed process holds its lock until the system has taken it down. */
const LOCK_WAIT_MS = 15_000;
const LOCK_RETRY_MS = 200;

/**
 * Connects to a server, or opens the engine's data path, waiting a moment for the process before us to let go of it.
 * @throws when the path stays locked or cannot be written.
 */
export async function openClickHouse({ url, path }: ClickHouseLocation): Promise<ClickHouse> {
  const connect = url
    ? () => createClient({ url, application: 'gatehouse-analytics' })
    : () => embedded(path);
  const writer = await untilUnlocked(connect);
  const reader = connect();
  return {
    writer,
    reader,
    // On the writer, where nothing runs for long: behind a heavy chart the engine would seem away.
    check: async () => {
      const { success } = await writer.ping();
      if (!success) throw new Error('does not answer');
    },
    close: async () => {
      await reader.close();
      await writer.close();
    },
  };
}

/** The engine's connection is typed against a separate copy of the client's own types. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

const embedded = (path: string | undefined): ClickHouseClient =>
  createClient({ connection: createChdbConnection({ path }) as Connection });

async function untilUnlocked(connect: () => ClickHouseClient): Promise<ClickHouseClient> {
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      return connect();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(LOCK_RETRY_MS);
    }
  }
}

/** Rows of a query; values travel as parameters, `{name:Type}`, never inside the SQL. */
export async function select<Row>(
  client: ClickHouseClient,
  query: string,
  parameters: Record<string, unknown> = {},
): Promise<Row[]> {
  const result = await client.query({ query, query_params: parameters, format: 'JSONEachRow' });
  return result.json<Row>();
}

/**
 * Inserts rows under a deduplication token, so that the same insert has its effect once, in the views too.
 * Settings stand in the SQL because the engine's connection keeps every setting it is given for the statements after it.
 * @param table and its columns, e.g. `requests (seq, at)`.
 * @param lines rows as JSON arrays, one a line, in the order of the columns.
 */
export async function insert(
  client: ClickHouseClient,
  table: string,
  token: string,
  lines: string,
): Promise<void> {
  if (!/^[\w-]+$/.test(token)) throw new RangeError(`a token is letters, digits, _ and -: ${token}`);
  const settings = [
    `insert_deduplication_token = '${token}'`,
    'deduplicate_blocks_in_dependent_materialized_views = 1',
    'max_partitions_per_insert_block = 0',
  ];
  await client.command({
    query: `INSERT INTO ${table} SETTINGS ${settings.join(', ')} FORMAT JSONCompactEachRow\n${lines}`,
  });
}
