import type { MalformedEvent } from '@gatehouse/contracts';
import { filterFor } from '@gatehouse/contracts';
import type { Delivery, Verdict } from '@gatehouse/messaging';
import { BatchConsumer } from '@gatehouse/messaging';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable } from '@nestjs/common';
import { NATS } from '../audit.tokens.js';
import { Halts } from '../halts.js';
import { leafOf } from '../log/leaf.js';
import { LeafAppender } from './leaf-appender.js';
import { leavesUntilPoison } from './leaves-until-poison.js';
import { requestSummary } from './request-summary.js';

/** How long messages wait that a killed process had taken. A second delivery of a slow batch does no harm. */
const ACK_WAIT_MS = 10_000;

/** Logs every batch of request records, once, in the order of delivery. */
@Injectable()
export class RequestIntake {
  private consumer: BatchConsumer | undefined;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
    @Inject(Halts) private readonly halts: Halts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Goes on with what was not acknowledged. A new start also tries again what it halted at. */
  start(): void {
    this.halts.clear('requests');
    this.consumer = new BatchConsumer({
      nats: this.nats,
      stream: 'REQUESTS',
      durable: 'audit',
      filter: filterFor('RequestLogged'),
      batch: 16,
      ackWaitMs: ACK_WAIT_MS,
      handle: (messages) => this.handle(messages),
      logger: this.logger,
    });
    this.consumer.start();
  }

  /** Returns after the batch under way. */
  async stop(): Promise<void> {
    await this.consumer?.stop();
    this.consumer = undefined;
  }

  private async handle(messages: readonly Delivery[]): Promise<Verdict[]> {
    if (this.halts.has('requests')) return messages.map(() => 'retry');
    const { leaves, poison } = leavesUntilPoison(messages, ({ json }) =>
      leafOf('requests', requestSummary(json)),
    );
    await this.appender.append(leaves);
    if (poison) this.halt(poison);
    return messages.map((_, i) => (i < leaves.length ? 'ack' : 'retry'));
  }

  /** The poison message stays in the stream, unacknowledged, and so does everything after it. */
  private halt(poison: MalformedEvent): void {
    this.halts.raise('requests', poison);
    // Not awaited: the consumer stops after the batch that called this.
    this.consumer
      ?.stop()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'consumer stopped badly'));
  }
}
