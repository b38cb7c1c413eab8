import { once } from 'node:events';
import { connect } from 'node:net';
import { query } from '@gatehouse/testing';
import { ConfigError } from './local.config.js';
import type { LocalConfig } from './local.config.js';

const TIMEOUT_MS = 5_000;

/**
 * Sees that the engines which run elsewhere answer, before anything is started that would only wait for them.
 * @throws ConfigError naming the variable of the first that does not; never its value, which may hold a password.
 */
export async function reachOutsideEngines(config: LocalConfig): Promise<void> {
  const { DATABASE_URL, NATS_URL, CLICKHOUSE_URL } = config;
  if (DATABASE_URL) await reach('DATABASE_URL', () => query(DATABASE_URL, 'select 1'));
  if (NATS_URL) await reach('NATS_URL', () => greetedBy(NATS_URL));
  if (CLICKHOUSE_URL) await reach('CLICKHOUSE_URL', () => pinged(CLICKHOUSE_URL));
}

async function reach(variable: string, attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    // A code, such as ECONNREFUSED or an SQLSTATE, says enough; a message could quote the URL.
    const { code = 'no further reason' } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${variable}: what it names does not answer as it should (${code})`, {
      cause: error,
    });
  }
}

/** A nats-server speaks first, also before TLS. */
async function greetedBy(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port || 4222) });
  try {
    const [greeting] = await once(socket, 'data', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!String(greeting).startsWith('INFO ')) throw new Error('it is not a nats-server');
  } finally {
    socket.destroy();
  }
}

/** ClickHouse's HTTP interface answers `/ping` without credentials. */
async function pinged(url: string): Promise<void> {
  const { origin } = new URL(url);
  const answer = await fetch(`${origin}/ping`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
}
