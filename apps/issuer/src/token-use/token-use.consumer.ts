import { setImmediate } from 'node:timers/promises';
import { filterFor } from '@gatehouse/contracts';
import { BatchConsumer, type Delivery, type Verdict } from '@gatehouse/messaging';
import { LOGGER, type Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { NATS } from '../issuer.tokens.js';
import { TokenUses } from './token-uses.js';
import { UseTally } from './use-tally.js';
import { recordsIn, usesIn } from './used-records.js';

/** Shared by all issuers: each batch goes to one of them. */
const DURABLE = 'issuer';
/** Messages that share a statement. Gateways send five a second each. */
const GROUP = 16;
/** As the issuer's own API notes uses: a statement withholds events that are committed meanwhile, so it comes seldom. */
const GATHER_MS = 1_000;
/** Records taken up in one turn of the event loop: who wants a token meanwhile must not wait for a thousand of them. */
const SLICE = 200;

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
      gatherMs: GATHER_MS,
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
    for (const delivery of deliveries) {
      const records = recordsIn(delivery.json);
      // Nothing is lost that analytics does not keep among its dead letters.
      if (!records) this.logger.warn({ subject: delivery.subject }, 'not a batch of requests');
      verdicts.push(records ? 'ack' : 'poison');
      await tellAll(tally, records ?? []);
    }
    await this.uses.record(tally);
    return verdicts;
  }
}

async function tellAll(tally: UseTally, records: readonly unknown[]): Promise<void> {
  await setImmediate(); // to read them was a turn of its own
  for (let i = 0; i < records.length; i += SLICE) {
    for (const use of usesIn(records.slice(i, i + SLICE))) tally.add(use);
    await setImmediate();
  }
}
