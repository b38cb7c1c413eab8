import { readdir, readFile } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { select } from './clickhouse.js';

/** Beside `src` and `dist` alike. */
const DIRECTORY = new URL('../../migrations/', import.meta.url);

/**
 * Brings the schema up to date with `migrations/<number>_<name>.sql`. ClickHouse has no transactions around DDL: every
 * statement must be repeatable (`IF NOT EXISTS`), because a migration cut short runs again from its start.
 * @param last as far as an earlier version went.
 */
export async function migrate(client: ClickHouseClient, last = Number.POSITIVE_INFINITY): Promise<void> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS migrations (number UInt32, name String, applied_at DateTime64(3, 'UTC'))
      ENGINE = ReplacingMergeTree ORDER BY number`,
  });
  const applied = new Set(
    (await select<{ number: number }>(client, 'SELECT number FROM migrations')).map(({ number }) => number),
  );
  for (const { number, name, file } of await migrations()) {
    if (applied.has(number) || number > last) continue;
    for (const query of statementsOf(await readFile(new URL(file, DIRECTORY), 'utf8')))
      await client.command({ query });
    await client.command({
      query: 'INSERT INTO migrations SELECT {number:UInt32}, {name:String}, now64(3)',
      query_params: { number, name },
    });
  }
}

async function migrations(): Promise<{ number: number; name: string; file: string }[]> {
  const files = (await readdir(DIRECTORY)).filter((file) => file.endsWith('.sql')).toSorted();
  return files.map((file) => {
    const [, number, name] = /^(\d{4})_(\w+)\.sql$/.exec(file) ?? [];
    if (!number || !name) throw new Error(`a migration is named 0001_what.sql, not ${file}`);
    return { number: Number(number), name, file };
  });
}

/** A statement ends with a semicolon at the end of its line. */
const statementsOf = (sql: string): string[] =>
  sql
    .split(/;[ \t]*\n/)
    .map((statement) => statement.trim())
    .filter(Boolean);
