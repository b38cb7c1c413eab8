import { setImmediate } from 'node:timers/promises';
import { filterFor } from '@gatehouse/contracts';
import { BatchConsumer, type Delivery, type Verdict } from '@gatehouse/messaging';
import { LOGGER, type Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { NATS } from '../issuer.tokens.js';
import { TokenUses } from './token-uses.js';
import { UseTally } from './use-tally.js';
import { usesIn } from './used-records.js';

/** Shared by all issuers: each batch goes to one of them. */
const DURABLE = 'issuer';
/** A message is at most some 400 KB and takes milliseconds to read; who wants a token meanwhile must not wait long. */
const GROUP = 4;

/** Feeds back from the gateways what tokens are used for: one statement for each group of batches. */
@Injectable()
export class TokenUseConsumer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly consumer: BatchConsumer;

  constructor(
    @Inject(NATS) nats: NatsConnection,
    @Inject(TokenUses) private readonly uses: TokenUses,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.consumer = new BatchConsumer({
      nats,
      stream: 'REQUESTS',
      durable: DURABLE,
      filter: filterFor('RequestLogged'),
      batch: GROUP,
      handle: (deliveries) => this.handle(deliveries),
      logger,
    });
  }

  onApplicationBootstrap(): void {
    this.consumer.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.consumer.stop();
  }

  private async handle(deliveries: readonly Delivery[]): Promise<Verdict[]> {
    const tally = new UseTally();
    const verdicts: Verdict[] = [];
    for (const { json, subject } of deliveries) {
      const uses = usesIn(json);
      // Nothing is lost that analytics does not keep among its dead letters.
      if (!uses) this.logger.warn({ subject }, 'not a batch of requests');
      for (const use of uses ?? []) tally.add(use);
      verdicts.push(uses ? 'ack' : 'poison');
      await setImmediate();
    }
    await this.uses.record(tally);
    return verdicts;
  }
}
