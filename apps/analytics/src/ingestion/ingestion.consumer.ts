import { BatchesIngested, filterFor } from '@gatehouse/contracts';
import { systemClock } from '@gatehouse/kernel';
import { BatchConsumer, sendSignal } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { LOGGER, type Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { AnalyticsConfig } from '../analytics.config.js';
import { ANALYTICS_CONFIG, CLICKHOUSE, NATS } from '../analytics.tokens.js';
import type { ClickHouse } from '../clickhouse/clickhouse.js';
import { BatchLedger } from './batch-ledger.js';
import { DeadLetters } from './dead-letters.js';
import { Ingestion } from './ingestion.js';
import { RequestTable } from './request-table.js';

const STREAM = 'REQUESTS';
const DURABLE = 'analytics';
/**
 * Four groups may be on their way. A gateway's message is at most some 400 KB, and the broker drops a connection on which
 * more than 64 MB wait.
 */
const GROUP = 24;
/** An insert costs some 50 ms of a core however few its rows, so a trickle of batches shares one. */
const GATHER_MS = 400;
/** A gateway that missed an announcement hears the next. */
const ANNOUNCE_EVERY_MS = 5_000;
/** A gateway's name becomes part of a subject. */
const SUBJECT_SAFE = /^[^\s.*>]+$/;

/** Feeds RequestLogged events from JetStream to ingestion and tells gateways how far it is. */
@Injectable()
export class IngestionConsumer implements OnApplicationBootstrap {
  private readonly ingestion: Ingestion;
  private readonly consumer: BatchConsumer;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(CLICKHOUSE) { writer }: ClickHouse,
    @Inject(ANALYTICS_CONFIG) config: AnalyticsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.ingestion = new Ingestion({
      table: new RequestTable(writer),
      ledger: new BatchLedger(writer),
      deadLetters: new DeadLetters(writer),
      clock: systemClock,
      logger,
      announce: (gateway, batch) => this.announce(gateway, batch),
      patienceMs: 2 * config.ACK_WAIT_SECONDS * 1000,
    });
    this.consumer = new BatchConsumer({
      nats,
      stream: STREAM,
      durable: DURABLE,
      filter: filterFor('RequestLogged'),
      batch: GROUP,
      gatherMs: GATHER_MS,
      ackWaitMs: config.ACK_WAIT_SECONDS * 1000,
      handle: (deliveries) => this.ingestion.handle(deliveries),
      logger,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.ingestion.start();
    this.ingestion.announceAll();
    this.timer = setInterval(() => this.ingestion.announceAll(), ANNOUNCE_EVERY_MS);
    this.consumer.start();
    void this.keepStreams();
  }

  /** Finishes the group under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.consumer.stop();
  }

  private announce(gateway: string, batch: number): void {
    if (SUBJECT_SAFE.test(gateway)) sendSignal(this.nats, BatchesIngested, gateway, { gateway, batch });
  }

  /** A broker that comes back may have lost its store, streams and all. */
  private async keepStreams(): Promise<void> {
    for await (const { type } of this.nats.status()) {
      if (type !== 'reconnect') continue;
      await applyStreams(this.nats).catch((error: unknown) =>
        this.logger.warn({ err: error }, 'streams cannot be declared'),
      );
    }
  }
}
