import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageReader } from '../usage/usage-reader.js';
import { windowOf } from '../usage/usage-window.js';
import { type ClickHouse, openClickHouse } from './clickhouse.js';
import { migrate } from './migrate.js';

const BEFORE_CREDITS = 5;
const MINUTE_MS = 60_000;

describe('migrate', () => {
  let path: string;
  let clickhouse: ClickHouse;
  /** A minute that has long ended, and is long kept. */
  const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 120 * MINUTE_MS;
  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'gatehouse-migrate-'));
    clickhouse = await openClickHouse({ path });
  });
  afterAll(async () => {
    await clickhouse.close();
    await rm(path, { recursive: true, force: true });
  });

  const insert = (columns: string, values: string) =>
    clickhouse.writer.command({
      query: `INSERT INTO requests (at, tenant, token, route, status, response_bytes, plan${columns})
        VALUES (fromUnixTimestamp64Milli(${minute + 30_000}), 'acme', 'tok_1', 'demo', 200, 10, 'gold'${values})`,
    });
  /** Calls, bytes and credits by plan, of whole minutes. */
  async function counted(): Promise<unknown[]> {
    const [from, to] = [minute, minute + MINUTE_MS].map((ms) => new Date(ms).toISOString());
    const window = windowOf({ from, to, interval: 'all' }, Date.now());
    const reader = new UsageReader(clickhouse);
    const selection = { window, groupBy: ['plan'] as const, filters: {}, onlyTenant: 'acme' };
    const { rows, totals } = await reader.read(selection);
    return [...rows, totals].map(({ calls, responseBytes, credits }) => [calls, responseBytes, credits]);
  }

  it('keeps what was counted before costs and plans were, counts on, and may be cut short', async () => {
    await migrate(clickhouse.writer, BEFORE_CREDITS);
    await insert('', '');
    await migrate(clickhouse.writer);
    await insert(', credits', ', 7');
    const sums = [
      [1, 10, 0],
      [1, 10, 7],
      [2, 20, 7],
    ];
    expect(await counted()).toEqual(sums);
    await clickhouse.writer.command({ query: 'TRUNCATE TABLE migrations' });
    await migrate(clickhouse.writer);
    expect(await counted()).toEqual(sums);
    await insert(', credits', ', 5');
    expect((await counted()).at(-1)).toEqual([3, 30, 12]);
  });
});
