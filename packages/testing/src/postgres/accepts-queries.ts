import { Client } from 'pg';
import type { Child } from '../child.js';
import { describeExit } from '../child.js';
import { eventually } from '../eventually.js';

/** Recovery after a crash reads the log since the last checkpoint: seconds, on a slow disk more. */
const START_TIMEOUT_MS = 60_000;

/**
 * Resolves when Postgres at `url` answers a query.
 * @throws Error with the end of the log when the program ends instead.
 */
export async function acceptsQueries(child: Child, url: string): Promise<void> {
  const answered = eventually(() => (child.running ? query(url, 'select 1') : undefined), {
    timeoutMs: START_TIMEOUT_MS,
  });
  const ended = child.exited.then((exit) => {
    throw new Error(`Postgres ended with ${describeExit(exit)}: ${child.log.slice(-2000)}`);
  });
  await Promise.race([answered, ended]);
}

/** A busy machine takes seconds to fork a process for a connection. */
const CONNECT_TIMEOUT_MS = 30_000;

/** Runs one statement on a connection of its own. */
export async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // The server may end while the connection is idle; the next query says so.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
