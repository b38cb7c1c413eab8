import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '@gatehouse/kernel';
import type { DataSource } from 'typeorm';
import { type FeedPage, readFeedFrom } from './feed.js';
import { LeaderLock } from './leader-lock.js';
import { OutgoingPages, type PublishRun } from './outgoing-pages.js';
import { RelayCheckpoint } from './relay-checkpoint.js';
import { WakeUps } from './wake-ups.js';

/** What a {@link Relay} needs. */
export interface RelayOptions {
  dataSource: DataSource;
  /** The same database, for the session that holds the lock. */
  databaseUrl: string;
  /** Of that session, e.g. `-c search_path=issuer`. */
  sessionOptions?: string;
  publish: PublishRun;
  /** Told every second while everything committed is published. */
  onSettled: (position: Position) => void;
  /** Told when this relay becomes the one that publishes, and when it no longer is. */
  onLeading?: (leads: boolean) => void;
  onError: (error: unknown) => void;
}

const RELAY_LOCK = 1;
const CHANNEL = 'gatehouse_events';
const PAGE = 500;
/** Alone, because nothing is expected of the broker then: and while it is away, no more than this waits for it. */
const FIRST_PAGE = 1;
const HEARTBEAT_MS = 1_000;
/** A safety net under the wake-ups. */
const POLL_MS = 250;
const RETRY_MS = 250;
/** Who is withheld waits for a transaction that may say nothing when it ends; doubled each time, up to the poll. */
const WITHHELD_MS = 2;
/**
 * The leader's session plans its few statements once, and reads the store in its order whatever is known of the table by
 * then: a plan made while it was empty would sort all of it for each page.
 */
const PLANNED_ONCE = '-c plan_cache_mode=force_generic_plan -c enable_sort=off';

/**
 * Publishes the store's events in order. One relay leads at a time; it is woken by {@link Relay.wake} in its own
 * process and by NOTIFY from others, and goes on from a checkpoint kept beside the events.
 */
export class Relay {
  private readonly lock: LeaderLock;
  private readonly checkpoint: RelayCheckpoint;
  private readonly wakeUps = new WakeUps();
  private readonly pages: OutgoingPages;
  private leading = false;
  private telling = false;
  private untold = false;
  private stopped = false;
  private complete = false;
  private waitMs = POLL_MS;
  private running: Promise<void> = Promise.resolve();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(private readonly options: RelayOptions) {
    const sessionOptions = [options.sessionOptions, PLANNED_ONCE].filter(Boolean).join(' ');
    this.lock = new LeaderLock(options.databaseUrl, RELAY_LOCK, CHANNEL, sessionOptions);
    this.checkpoint = new RelayCheckpoint(this.lock);
    this.pages = new OutgoingPages(options.publish, this.checkpoint, () => this.wakeUps.rouse());
  }

  /** Begins: leads, or waits to lead. */
  start(): void {
    this.running = this.run();
    this.heartbeat = setInterval(() => {
      if (this.leading && this.complete && this.pages.areAnswered)
        this.options.onSettled(this.checkpoint.published);
    }, HEARTBEAT_MS);
  }

  /** To be called after every commit: there is something to publish. */
  wake(): void {
    if (this.leading) this.wakeUps.rouse();
    else void this.tellLeader();
  }

  /** Finishes the pages under way and gives up leadership. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.heartbeat);
    this.wakeUps.rouse();
    await this.running;
    await this.pages.settle();
    if (this.leading) await this.checkpoint.save().catch(this.options.onError);
    await this.lock.release();
  }

  /** One message stands for every commit made while the one before was under way. */
  private async tellLeader(): Promise<void> {
    this.untold = true;
    if (this.telling) return;
    this.telling = true;
    while (this.untold) {
      this.untold = false;
      await this.options.dataSource.query(`select pg_notify($1, '')`, [CHANNEL]).catch(this.options.onError);
    }
    this.telling = false;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        if (this.leading || (await this.lead())) await this.publishNews();
      } catch (error) {
        if (!this.stopped) this.options.onError(error);
        this.complete = false;
        await this.pages.settle();
        this.pages.restart();
        await sleep(RETRY_MS);
      }
      await this.wakeUps.wait(this.waitMs);
    }
  }

  private async lead(): Promise<boolean> {
    const lose = () => {
      this.leading = false;
      this.complete = false;
      this.waitMs = POLL_MS;
      this.options.onLeading?.(false);
    };
    const won = await this.lock.acquire(() => this.wakeUps.rouse(), lose);
    if (!won) return false;
    await this.pages.settle(); // what was sent while it led before
    await this.checkpoint.load();
    this.pages.restart();
    this.leading = true;
    this.options.onLeading?.(true);
    return true;
  }

  private async publishNews(): Promise<void> {
    for (let more = true; more && this.leading && !this.stopped; ) {
      this.pages.refuseAfterFailure();
      const limit = this.pages.isBeginning ? FIRST_PAGE : PAGE;
      const page = await readFeedFrom(this.lock, this.pages.sent, limit);
      this.complete = page.complete;
      this.waitMs = this.patienceAfter(page);
      if (page.events.length > 0) await this.sendOn(page);
      else await this.checkpoint.save();
      more = page.events.length === limit;
    }
  }

  private async sendOn(page: FeedPage): Promise<void> {
    await this.pages.send(page);
    await this.checkpoint.saveNowAndThen();
  }

  private patienceAfter({ complete, events }: FeedPage): number {
    if (complete) return POLL_MS;
    return events.length > 0 ? WITHHELD_MS : Math.min(this.waitMs * 2, POLL_MS);
  }
}
