import { randomBytes } from 'node:crypto';
import { query } from './accepts-queries.js';
import { runPostgresUrl } from './run-postgres.js';

/** A database of one spec's own. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, together with whoever is still connected. */
  drop(): Promise<void>;
}

/** Creates an empty database in the real Postgres of this test run. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = await runPostgresUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await query(server, `create database ${name} template template0`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => query(server, `drop database if exists ${name} with (force)`) };
}
