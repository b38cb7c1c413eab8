import type { Delivery, Verdict } from '@gatehouse/messaging';
import { BatchConsumer } from '@gatehouse/messaging';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable } from '@nestjs/common';
import { NATS } from '../audit.tokens.js';
import { Halts } from '../halts.js';
import type { Poison } from '../quarantine/poison.js';
import { QuarantineLog } from '../quarantine/quarantine-log.js';
import { LeafAppender } from './leaf-appender.js';
import { readRequestMessage, REQUESTS_DURABLE, REQUESTS_STREAM } from './request-message.js';

/** How long messages wait that a killed process had taken. A second delivery of a slow batch does no harm. */
const ACK_WAIT_MS = 10_000;
/** How often a halted stream asks whether it was decided to go on. */
const DECIDED_EVERY_MS = 1_000;

/** Logs every batch of request records and every change of a gateway's configuration, once, in the order of delivery. */
@Injectable()
export class RequestIntake {
  private consumer: BatchConsumer | undefined;
  private watch: NodeJS.Timeout | undefined;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
    @Inject(QuarantineLog) private readonly quarantine: QuarantineLog,
    @Inject(Halts) private readonly halts: Halts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Goes on with what was not acknowledged. A new start also tries again what it halted at. */
  start(): void {
    this.halts.clear('requests');
    this.consumer = new BatchConsumer({
      nats: this.nats,
      stream: REQUESTS_STREAM,
      durable: REQUESTS_DURABLE,
      filter: '>',
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
    clearInterval(this.watch); // the last batch may have halted
  }

  private async handle(messages: readonly Delivery[]): Promise<Verdict[]> {
    if (this.halts.has('requests')) return messages.map(() => 'retry');
    const readings = messages.map(readRequestMessage);
    const poisons = readings.flatMap((reading) => ('poison' in reading ? [reading.poison] : []));
    const decided = await this.quarantine.decidedAmong(poisons);
    const poison = poisons.find((candidate) => !decided.has(candidate));
    const due = poison
      ? readings.findIndex((reading) => 'poison' in reading && reading.poison === poison)
      : Infinity;
    const leaves = readings.slice(0, due).flatMap((reading) => ('leaf' in reading ? [reading.leaf] : []));
    await this.appender.append(leaves);
    if (poison) this.halt(poison);
    return readings.map((reading, i) => (i >= due ? 'retry' : 'leaf' in reading ? 'ack' : 'poison'));
  }

  /** The poison message stays in the stream, unacknowledged, and so does everything after it, until it is decided on. */
  private halt(poison: Poison): void {
    this.halts.raise('requests', poison);
    this.watch = setInterval(() => void this.goOnIfDecided(poison), DECIDED_EVERY_MS);
    // Not awaited: the consumer stops after the batch that called this.
    this.consumer
      ?.stop()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'consumer stopped badly'));
  }

  private async goOnIfDecided(poison: Poison): Promise<void> {
    const decided = await this.quarantine.decidedAmong([poison]).catch(() => new Set<Poison>()); // asked again soon
    if (!decided.has(poison) || !this.halts.has('requests') || !this.consumer) return;
    clearInterval(this.watch);
    this.start();
  }
}
