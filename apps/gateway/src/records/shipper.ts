import { setTimeout as sleep } from 'node:timers/promises';
import { BatchesIngested } from '@gatehouse/contracts';
import { onSignal } from '@gatehouse/messaging';
import type { Logger } from '@gatehouse/service';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection, Subscription } from '@nats-io/nats-core';
import { batchEvents } from './batch-events.js';
import type { Spool } from './spool/spool.js';
import { SpoolReader } from './spool/spool-reader.js';
import { Wake } from './wake.js';

const IN_FLIGHT = 8;
const PUBLISH_TIMEOUT_MS = 5_000;
const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 5_000;
/** Batches sent but not yet known to be held by analytics: as long as it keeps up, and after a stall. */
const WINDOW = 256;
const CAREFUL_WINDOW = 16;
const STALL_MIN_MS = 5_000;
const STALL_MAX_MS = 60_000;
const CHECK_MS = 500;

/** What {@link Shipper} needs. */
export interface ShipperOptions {
  readonly nats: NatsConnection;
  readonly spool: Spool;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Makes the stream again where NATS has lost it. */
  readonly restoreStreams: () => Promise<void>;
}

/**
 * Sends closed batches to JetStream in order. JetStream's answer proves nothing for good: a batch is done only when
 * analytics announces that it holds it. Until then it stays in the spool and is sent again when nothing moves.
 */
export class Shipper {
  private next: number;
  private watermark: number;
  private window = WINDOW;
  private attempt = 0;
  private failed = false;
  private reading = false;
  private retryMs = RETRY_MIN_MS;
  private stallMs = STALL_MIN_MS;
  private movedAt = performance.now();
  private stopped = false;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly wake = new Wake();
  private readonly client: JetStreamClient;
  private readonly reader: SpoolReader;
  private subscription: Subscription | undefined;

  constructor(private readonly options: ShipperOptions) {
    const { spool, nats } = options;
    this.next = spool.oldestBatch;
    this.watermark = spool.oldestBatch - 1;
    this.reader = new SpoolReader(spool);
    this.client = jetstream(nats, { timeout: PUBLISH_TIMEOUT_MS });
  }

  /** Batches that are closed and not yet known to be held by analytics. */
  get outstanding(): number {
    return this.options.spool.lastBatch - this.watermark;
  }

  start(): void {
    const { nats, spool } = this.options;
    this.subscription = onSignal(nats, BatchesIngested, ({ gateway, batch }) => {
      if (gateway === spool.streamId) this.ingested(batch);
    });
    spool.onBatch = () => this.wake.up();
    void this.run();
  }

  /** Sends what is closed, as far as it goes within the time. What does not stays in the spool for the next start. */
  async stop(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    const isBusy = () => this.next <= this.options.spool.lastBatch || this.reading || this.inFlight.size > 0;
    while (isBusy() && performance.now() < deadline) await sleep(10);
    this.stopped = true;
    this.wake.up();
    this.subscription?.unsubscribe();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.goBackWhenStalled();
      if (this.failed) await this.recover();
      else if (!this.mayShip) await this.wake.within(CHECK_MS);
      else {
        this.reading = true;
        await this.shipNext();
        this.reading = false;
      }
    }
    await this.reader.close();
  }

  private get mayShip(): boolean {
    const { next, watermark, window } = this;
    return next <= this.options.spool.lastBatch && next - watermark <= window;
  }

  private async shipNext(): Promise<void> {
    const { spool, logger } = this.options;
    const batch = Math.max(this.next, spool.oldestBatch);
    this.next = batch + 1;
    try {
      const spooled = await this.reader.read(batch);
      if (!spooled) return;
      if (batch === this.watermark + 1) this.movedAt = performance.now(); // the wait begins now
      for (const event of batchEvents(spool.streamId, spooled, spool.oldestBatch)) {
        if (this.inFlight.size >= IN_FLIGHT) await Promise.race(this.inFlight);
        this.send(
          batch,
          event.subject,
          event.json,
          this.attempt === 0 ? event.id : `${event.id}~${this.attempt}`,
        );
      }
    } catch (error) {
      logger.error({ err: error, batch }, 'a batch cannot be read from the spool');
      this.next = Math.min(this.next, batch);
      await this.wake.within(RETRY_MAX_MS);
    }
  }

  private send(batch: number, subject: string, json: Buffer, msgID: string): void {
    const sent = this.client.publish(subject, json, { msgID }).then(
      () => {
        this.retryMs = RETRY_MIN_MS;
      },
      (error: unknown) => {
        if (!this.failed)
          this.options.logger.warn({ batch, reason: String(error) }, 'JetStream does not take a batch');
        this.failed = true;
        this.next = Math.min(this.next, batch);
      },
    );
    this.inFlight.add(sent);
    void sent.finally(() => {
      this.inFlight.delete(sent);
      this.wake.up();
    });
  }

  /** After a failed publish: lets what is under way end, waits, sees to the stream. */
  private async recover(): Promise<void> {
    await Promise.all(this.inFlight);
    await this.wake.within(this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MAX_MS);
    await this.options.restoreStreams().catch(() => {}); // then the next publish fails and says so
    this.failed = false;
  }

  private ingested(batch: number): void {
    const { spool, logger } = this.options;
    if (batch === this.watermark) return;
    if (batch > spool.lastBatch) {
      logger.error({ batch, last: spool.lastBatch }, 'analytics holds batches this spool never closed');
      return;
    }
    if (batch > this.watermark) {
      this.movedAt = performance.now();
      this.stallMs = STALL_MIN_MS;
      this.window = WINDOW;
      spool.trim(batch);
    }
    // A lower one means that analytics has lost data: what the spool still holds goes out again.
    this.watermark = Math.max(batch, spool.oldestBatch - 1);
    this.next = Math.max(this.next, this.watermark + 1);
    this.wake.up();
  }

  private goBackWhenStalled(): void {
    const { spool, logger } = this.options;
    const waits = this.next > this.watermark + 1;
    if (!waits || performance.now() - this.movedAt < this.stallMs) return;
    this.attempt++;
    this.window = CAREFUL_WINDOW;
    // Analytics accepts a later batch only as the oldest one we hold, so every third time the count begins there.
    this.next = this.attempt % 3 === 0 ? spool.oldestBatch : Math.max(this.watermark + 1, spool.oldestBatch);
    this.movedAt = performance.now();
    this.stallMs = Math.min(this.stallMs * 2, STALL_MAX_MS);
    logger.warn({ from: this.next, attempt: this.attempt }, 'batches are not arriving; they are sent again');
  }
}
