import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouse, openClickHouse, select } from '../src/clickhouse/clickhouse.js';
import { migrate } from '../src/clickhouse/migrate.js';

/** A real engine on a directory of its own. */
export interface TemporaryClickHouse extends ClickHouse {
  path: string;
  /** The one value of a query's one row. */
  number(query: string): Promise<number>;
  /** Empties every table, as if nothing had ever been inserted. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

const TABLES = ['requests', 'requests_by_minute', 'request_batches', 'dead_letters'];

/** Opens the engine and brings the schema up to date. */
export async function temporaryClickHouse(): Promise<TemporaryClickHouse> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-clickhouse-'));
  const clickhouse = await openClickHouse({ path });
  await migrate(clickhouse.writer);
  return {
    ...clickhouse,
    path,
    number: async (query) => {
      const [row] = await select<Record<string, number>>(clickhouse.reader, query);
      return Object.values(row ?? {})[0] ?? Number.NaN;
    },
    clear: async () => {
      for (const table of TABLES) await clickhouse.writer.command({ query: `TRUNCATE TABLE ${table}` });
    },
    remove: async () => {
      await clickhouse.close();
      await rm(path, { recursive: true, force: true });
    },
  };
}
