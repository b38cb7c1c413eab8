import { setTimeout as sleep } from 'node:timers/promises';
import { formatPosition, ORIGIN, parsePosition, type Position } from '@gatehouse/kernel';
import type { DataSource } from 'typeorm';
import { type FeedPage, readFeed } from './feed.js';
import { LeaderLock } from './leader-lock.js';

/** What a {@link Relay} needs. */
export interface RelayOptions {
  dataSource: DataSource;
  /** The same database, for the session that holds the lock. */
  databaseUrl: string;
  /** Of that session, e.g. `-c search_path=issuer`. */
  sessionOptions?: string;
  /**
   * Publishes one event. Calls are pipelined and must reach the broker in the order they were made.
   * @param previousId the event before, to be expected by the broker as the last one; absent for the first of a run.
   */
  publish: (event: FeedPage['events'][number], previousId: string | undefined) => Promise<void>;
  /** Told every second while everything committed is published. */
  onSettled: (position: Position) => void;
  /** Told when this relay becomes the one that publishes, and when it no longer is. */
  onLeading?: (leads: boolean) => void;
  onError: (error: unknown) => void;
}

const RELAY_LOCK = 1;
const CHANNEL = 'gatehouse_events';
const PAGE = 500;
const HEARTBEAT_MS = 1_000;
/** A safety net under the wake-ups. */
const POLL_MS = 250;
const RETRY_MS = 250;

/**
 * Publishes the store's events in order. One relay leads at a time; it is woken by {@link Relay.wake} in its own
 * process and by NOTIFY from others, and goes on from a checkpoint kept beside the events.
 */
export class Relay {
  private readonly lock: LeaderLock;
  private published: Position = ORIGIN;
  private lastId: string | undefined;
  private leading = false;
  private stopped = false;
  private woken = true;
  private settled = false;
  private rouse: (() => void) | undefined;
  private running: Promise<void> = Promise.resolve();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(private readonly options: RelayOptions) {
    this.lock = new LeaderLock(options.databaseUrl, RELAY_LOCK, CHANNEL, options.sessionOptions);
  }

  /** Begins: leads, or waits to lead. */
  start(): void {
    this.running = this.run();
    this.heartbeat = setInterval(() => {
      if (this.leading && this.settled) this.options.onSettled(this.published);
    }, HEARTBEAT_MS);
  }

  /** To be called after every commit: there is something to publish. */
  wake(): void {
    if (this.leading) this.rouseNow();
    else this.options.dataSource.query(`select pg_notify($1, '')`, [CHANNEL]).catch(this.options.onError);
  }

  /** Finishes the page under way and gives up leadership. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.heartbeat);
    this.rouseNow();
    await this.running;
    await this.lock.release();
  }

  private rouseNow(): void {
    this.woken = true;
    this.rouse?.();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        if (this.leading || (await this.lead())) await this.publishNews();
      } catch (error) {
        if (!this.stopped) this.options.onError(error);
        this.lastId = undefined; // what the broker holds last is no longer known
        this.settled = false;
        await sleep(RETRY_MS);
      }
      await this.untilWoken();
    }
  }

  private async lead(): Promise<boolean> {
    const lose = () => {
      this.leading = false;
      this.settled = false;
      this.options.onLeading?.(false);
    };
    const won = await this.lock.acquire(() => this.rouseNow(), lose);
    if (!won) return false;
    const [row] = await this.lock.query<{ tx: string; position: string }>(
      'select tx::text, position::text from relay_checkpoint',
    );
    this.published = row ? formatPosition(row.tx, row.position) : ORIGIN;
    this.leading = true;
    this.options.onLeading?.(true);
    return true;
  }

  private async publishNews(): Promise<void> {
    for (let more = true; more && this.leading && !this.stopped; ) {
      const page = await readFeed(this.lock, this.published, PAGE);
      if (page.events.length > 0) await this.publishPage(page.events);
      this.settled = page.complete;
      more = page.events.length === PAGE;
    }
  }

  private async publishPage(events: FeedPage['events']): Promise<void> {
    const sent = events.map((event) => {
      const done = this.options.publish(event, this.lastId);
      this.lastId = event.id;
      return done;
    });
    const results = await Promise.allSettled(sent);
    const failed = results.findIndex((result) => result.status === 'rejected');
    const last = events[failed === -1 ? events.length - 1 : failed - 1];
    if (last) await this.saveCheckpoint(last.position);
    const failure = results[failed];
    if (failure?.status === 'rejected') throw failure.reason;
  }

  private async saveCheckpoint(position: Position): Promise<void> {
    const { tx, sequence } = parsePosition(position)!;
    await this.lock.query('update relay_checkpoint set tx = $1::xid8, position = $2', [
      tx.toString(),
      sequence.toString(),
    ]);
    this.published = position;
  }

  private async untilWoken(): Promise<void> {
    if (!this.woken && !this.stopped) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.rouse = resolve;
        timer = setTimeout(resolve, POLL_MS);
      });
      clearTimeout(timer);
      this.rouse = undefined;
    }
    this.woken = false;
  }
}
