import { setTimeout } from 'node:timers/promises';
import { ISSUER_SUBJECTS, RelayPublished } from '@gatehouse/contracts';
import { comparePositions, type Position } from '@gatehouse/kernel';
import type { NatsConnection, Subscription } from '@nats-io/nats-core';
import type { MessagingLogger } from './logger.js';
import { onSignal } from './signals.js';

/** What a follower has to know of an event. */
export interface Placed {
  position: Position;
}

/** A page of the feed, as it may come through somebody who leaves events out. */
export interface FeedPage<Event extends Placed> {
  /** In the order of their positions. */
  events: readonly Event[];
  /** False while committed events are withheld because an older transaction is still open. */
  complete?: boolean | undefined;
  /** Whether to ask again at once; default: when the page is full. */
  more?: boolean;
}

/** What a {@link FeedFollower} needs. */
export interface FeedFollowerOptions<Event extends Placed> {
  nats: NatsConnection;
  /** One page of the issuer's `GET /v1/events`. */
  feed: (after: Position, limit: number) => Promise<FeedPage<Event>>;
  /** Reads an event that came by NATS. Where it throws, the feed is read instead, and says what is wrong. */
  read: (json: unknown) => Event & { preceding: Position };
  /** The follower's checkpoint: events up to here are applied already. */
  from: Position;
  /**
   * Takes events exactly once, in order, at most 1,000 at a time. When it throws, the same events come again after a
   * back-off: nothing is ever skipped.
   */
  apply: (events: readonly Event[]) => void | Promise<void>;
  logger: MessagingLogger;
  /** Told each time the follower cannot go on for an event's sake, and with `undefined` when it goes on. */
  onHalt?: (error: Error | undefined) => void;
}

const PAGE = 1_000;
/** Live events wait here while `apply` is busy; past it they are dropped and read from the feed instead. */
const QUEUE_MAX = 2_000;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;
/** How often the feed is asked when neither an event nor a relay signal arrives. */
const SILENCE_MS = 3_000;

/**
 * Follows the issuer's events without gaps. Plain NATS brings them within a millisecond; every event names the one
 * before it, so a gap shows at once and is refilled from the issuer's feed, which reads the event store itself.
 * A NATS store that is wiped, rolled back or damaged therefore changes nothing.
 */
export class FeedFollower<Event extends Placed> {
  private applied: Position;
  private queue: (Event & { preceding: Position })[] = [];
  private working = false;
  private behind = true;
  private stopped = false;
  private halted = false;
  private subscriptions: Subscription[] = [];
  private timer: NodeJS.Timeout | undefined;
  private heardAt = performance.now();
  private completeAt = Number.NEGATIVE_INFINITY;
  private idle: Promise<void> = Promise.resolve();

  constructor(private readonly options: FeedFollowerOptions<Event>) {
    this.applied = options.from;
  }

  /** Everything up to here has been applied. */
  get position(): Position {
    return this.applied;
  }

  /** The `performance.now()` at which the view was last known to hold everything published; −Infinity before the first time. */
  currentAsOf(): number {
    return this.completeAt;
  }

  /** Subscribes, then catches up. Returns at once. */
  start(): void {
    const { nats } = this.options;
    this.subscriptions = ISSUER_SUBJECTS.map((subject) =>
      nats.subscribe(subject, {
        callback: (error, message) => {
          if (!error) this.receive(message);
        },
      }),
    );
    this.subscriptions.push(onSignal(nats, RelayPublished, ({ position }) => this.onRelay(position)));
    this.timer = setInterval(() => this.onTick(), SILENCE_MS / 3);
    this.refill();
  }

  /** Stops after the batch being applied. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    await this.idle;
  }

  private receive(message: { json(): unknown }): void {
    this.heardAt = performance.now();
    try {
      if (this.queue.length >= QUEUE_MAX) throw new Error('queue is full');
      this.queue.push(this.options.read(message.json()));
    } catch {
      this.queue = []; // the feed has them all, and says so if one of them is malformed
      this.behind = true;
    }
    this.work();
  }

  private onRelay(published: Position): void {
    this.heardAt = performance.now();
    if (this.behind || this.working) return;
    if (comparePositions(published, this.applied) <= 0) this.completeAt = performance.now();
    else this.refill();
  }

  private onTick(): void {
    if (performance.now() - this.heardAt > SILENCE_MS) this.refill();
  }

  private refill(): void {
    this.behind = true;
    this.work();
  }

  private work(): void {
    if (!this.working && !this.stopped) this.idle = this.run();
  }

  /** One at a time. Up to its first `await` it runs in the turn that called it, so a synchronous `apply` is as fast as NATS. */
  private async run(): Promise<void> {
    this.working = true;
    let retryMs = RETRY_MIN_MS;
    while (!this.stopped && (this.behind || this.queue.length > 0)) {
      try {
        await (this.behind ? this.applyPage() : this.applyQueue());
        retryMs = RETRY_MIN_MS;
        this.setHalted(undefined);
      } catch (error) {
        this.behind = true;
        this.setHalted(error instanceof Error ? error : new Error(String(error)));
        await setTimeout(retryMs, undefined, { ref: false });
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
      }
    }
    this.working = false;
  }

  private async applyPage(): Promise<void> {
    const askedAt = performance.now();
    const { events, more = events.length === PAGE, complete } = await this.options.feed(this.applied, PAGE);
    const first = events.findIndex(({ position }) => comparePositions(position, this.applied) > 0);
    if (first >= 0) await this.applyAll(events.slice(first));
    if (more) return;
    this.behind = false;
    if (complete !== false) this.completeAt = askedAt;
  }

  private applyQueue(): void | Promise<void> {
    const next: Event[] = [];
    let last = this.applied;
    for (const event of this.queue.splice(0, PAGE)) {
      if (comparePositions(event.position, last) <= 0) continue;
      if (event.preceding !== last) {
        this.behind = true; // a gap
        this.queue = [];
        break;
      }
      next.push(event);
      last = event.position;
    }
    return this.applyAll(next);
  }

  private applyAll(events: readonly Event[]): void | Promise<void> {
    const last = events.at(-1);
    if (!last) return;
    const done = this.options.apply(events);
    const advance = () => {
      this.applied = last.position;
    };
    return done instanceof Promise ? done.then(advance) : advance();
  }

  private setHalted(error: Error | undefined): void {
    if (error)
      this.options.logger.warn({ reason: error.message, position: this.applied }, 'cannot follow the feed');
    else if (this.halted) this.options.logger.info({ position: this.applied }, 'following the feed again');
    if (error || this.halted) this.options.onHalt?.(error);
    this.halted = error !== undefined;
  }
}
