import { setTimeout as sleep } from 'node:timers/promises';
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/nats-core';
import type { MessagingLogger } from './logger.js';

/** One delivered message. */
export interface Delivery {
  /** The body, decoded each time it is asked for; `undefined` when it is not JSON. */
  readonly json: unknown;
  /** The body as it came. */
  bytes: Uint8Array;
  /** The message's number in its stream. */
  sequence: number;
  subject: string;
  /** 1 for the first delivery. */
  deliveryCount: number;
}

/** `ack`: done for good. `retry`: deliver it again later. `poison`: it can never succeed; the handler has kept it elsewhere. */
export type Verdict = 'ack' | 'retry' | 'poison';

/** What a {@link BatchConsumer} needs. */
export interface BatchConsumerOptions {
  nats: NatsConnection;
  stream: string;
  /** Durable name: where to go on after a restart. */
  durable: string;
  filter: string;
  /** Most messages handed over at once. */
  batch: number;
  /**
   * Handles messages in order and answers a verdict for each. When it throws, all of them are retried.
   * Its worst time must stay under `ackWaitMs`.
   */
  handle: (messages: readonly Delivery[]) => Promise<readonly Verdict[]>;
  logger: MessagingLogger;
  /** Default 30,000. */
  ackWaitMs?: number;
  /**
   * How long to wait for a batch to fill before a smaller one is handed over: for handlers whose cost is mostly per call.
   * Must stay well under `ackWaitMs`. Default 0.
   */
  gatherMs?: number;
}

const REBUILD_WAIT_MS = 500;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

/**
 * A durable JetStream pull consumer that hands over whatever has arrived, up to a batch, as soon as it is free, or as it has
 * gathered for a while.
 * When the stream or the consumer vanishes it is made again, from the start: handlers are idempotent.
 */
export class BatchConsumer {
  private queue: JsMsg[] = [];
  private messages: ConsumerMessages | undefined;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();
  private working: Promise<void> | undefined;
  /** Ends the wait for more messages. */
  private gathered: (() => void) | undefined;

  constructor(private readonly options: BatchConsumerOptions) {}

  /** Begins to consume. Returns at once; a missing stream is waited for. */
  start(): void {
    this.running = this.run();
  }

  /** Takes no more messages, finishes those being handled and gives back the others. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.messages?.stop();
    this.gathered?.();
    await this.running;
    await this.working;
    for (const message of this.queue.splice(0)) message.nak();
  }

  private async run(): Promise<void> {
    const { logger, stream, durable } = this.options;
    while (!this.stopped) {
      try {
        this.messages = await this.consume();
        if (this.stopped) this.messages.stop();
        await this.messages.closed();
      } catch (error) {
        if (!this.stopped)
          logger.warn({ stream, durable, reason: reasonOf(error) }, 'consumer is being rebuilt');
      }
      if (!this.stopped) await sleep(REBUILD_WAIT_MS);
    }
  }

  private async consume(): Promise<ConsumerMessages> {
    const { nats, stream, durable, filter, batch, ackWaitMs = 30_000 } = this.options;
    const manager = await jetstreamManager(nats, { checkAPI: false });
    await manager.consumers.add(stream, {
      durable_name: durable,
      filter_subject: filter,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: batch * 2,
    });
    const consumer = await jetstream(nats).consumers.get(stream, durable);
    return consumer.consume({
      max_messages: batch,
      expires: 10_000,
      idle_heartbeat: 1_000,
      abort_on_missing_resource: true,
      callback: (message) => {
        this.queue.push(message);
        if (this.queue.length >= batch) this.gathered?.();
        this.work();
      },
    });
  }

  /** Bounded by `max_ack_pending`: the broker sends no more until these are answered. */
  private work(): void {
    this.working ??= this.drain().finally(() => {
      this.working = undefined;
      if (this.queue.length > 0 && !this.stopped) this.work();
    });
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      await this.gather();
      if (this.stopped) return;
      const batch = this.queue.splice(0, this.options.batch);
      const verdicts = await this.verdictsOn(batch);
      for (const [i, message] of batch.entries()) settle(message, verdicts[i] ?? 'retry');
    }
  }

  private async gather(): Promise<void> {
    const { batch, gatherMs = 0 } = this.options;
    // Without a wait, too, the rest of this turn's messages arrive first: an `await` is a microtask.
    if (gatherMs === 0 || this.queue.length >= batch) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, gatherMs);
      this.gathered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.gathered = undefined;
  }

  private async verdictsOn(batch: readonly JsMsg[]): Promise<readonly Verdict[]> {
    try {
      return await this.options.handle(batch.map(deliveryOf));
    } catch (error) {
      this.options.logger.error(
        { durable: this.options.durable, err: error },
        'batch failed, will be retried',
      );
      return [];
    }
  }
}

/** A body may be large: it is decoded in the turn of whoever wants it, not with all others of its batch. */
const deliveryOf = (message: JsMsg): Delivery => ({
  get json() {
    try {
      return message.json<unknown>();
    } catch {
      return undefined;
    }
  },
  bytes: message.data,
  sequence: message.seq,
  subject: message.subject,
  deliveryCount: message.info.deliveryCount,
});

function settle(message: JsMsg, verdict: Verdict): void {
  switch (verdict) {
    case 'ack':
      message.ack();
      break;
    case 'poison':
      message.term();
      break;
    case 'retry':
      message.nak(Math.min(RETRY_MIN_MS * 2 ** (message.info.deliveryCount - 1), RETRY_MAX_MS));
      break;
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
