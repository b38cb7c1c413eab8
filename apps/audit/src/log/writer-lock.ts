import { setTimeout as pause } from 'node:timers/promises';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { Client } from 'pg';
import { DATABASE_URL } from '../audit.tokens.js';

/** One of Postgres' advisory locks: in this database, it means the audit log's writer. */
const LOCK = 1_195_920_435;
const RETRY_MS = 500;

/** What is done by one instance at a time. */
export interface LockHolder {
  /** The lock has been had. */
  start(): Promise<void>;
  /** It is lost or to be given back: must return only when nothing is done any more. */
  stop(): Promise<void>;
}

/**
 * Makes one instance the writer, for as long as its connection to Postgres stands; the others stand by.
 * This keeps two instances from doing the same work. That the log stays right does not hang on it: appends hold a row
 * lock, and ids are unique.
 */
@Injectable()
export class WriterLock {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Tries for the lock until stopped. Returns at once. */
  keep(holder: LockHolder): void {
    this.running = this.run(holder);
  }

  /** Stops the holder, then gives the lock back. */
  async release(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(holder: LockHolder): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.hold(holder);
      } catch (error) {
        this.logger.warn({ err: error }, 'the writer’s lock cannot be had or was lost');
      }
      await pause(RETRY_MS, undefined, { signal }).catch(() => undefined); // cut short by release
    }
  }

  private async hold(holder: LockHolder): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'gatehouse-audit-writer',
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
    });
    const lost = new Promise<void>((resolve) => client.once('end', () => resolve()));
    client.on('error', (error) => this.logger.warn({ err: error }, 'the writer’s connection broke'));
    await client.connect();
    try {
      if (await isLocked(client)) await this.lead(holder, lost);
    } finally {
      await client.end();
    }
  }

  private async lead(holder: LockHolder, lost: Promise<void>): Promise<void> {
    this.logger.info({}, 'this instance is the writer');
    try {
      await holder.start();
      await Promise.race([lost, aborted(this.stopping.signal)]);
    } finally {
      await holder.stop();
    }
  }
}

async function isLocked(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    LOCK,
  ]);
  return rows[0]?.locked === true;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
