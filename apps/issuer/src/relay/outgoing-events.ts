import { RelayPublished, RevocationCommitted, subjectOf, TokenRevoked } from '@gatehouse/contracts';
import { type FeedEvent, JoiningDataSource, Relay, type StoredEvent } from '@gatehouse/event-store';
import { EventPublisher, sendSignal, type WrittenEvent } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { Gauge, LOGGER, type Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SESSION_OPTIONS } from '../database.js';
import { IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG, NATS } from '../issuer.tokens.js';
import { publishedJsonOf } from './published-event.js';

const leading = new Gauge({
  name: 'gatehouse_relay_leading',
  help: '1 while this issuer publishes the event store',
});

/** Carries committed events to NATS, in order, and says once a second how far it is. */
@Injectable()
export class OutgoingEvents implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly relay: Relay;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) logger: Logger,
  ) {
    const publisher = new EventPublisher(nats);
    this.relay = new Relay({
      dataSource,
      databaseUrl: config.DATABASE_URL,
      // A checkpoint that is lost in a crash costs nothing but events published twice.
      sessionOptions: `${SESSION_OPTIONS} -c synchronous_commit=off`,
      publish: (events, previousId) => publisher.publishInOrder(events.map(writtenEventOf), previousId),
      onLeading: (leads) => leading.set(leads ? 1 : 0),
      onSettled: (position) =>
        sendSignal(nats, RelayPublished, 'issuer', { position, at: new Date().toISOString() }),
      onError: (error) => {
        logger.warn({ err: error }, 'relay will retry');
        void applyStreams(nats).catch(() => undefined); // the stream itself may be gone
      },
    });
  }

  /** There is something new to publish, now or as soon as the transaction under way commits. */
  wake(): void {
    void this.dataSource.afterCommit(() => this.relay.wake());
  }

  /**
   * As {@link wake}, where there are such. A revocation among them is told at once: the event itself goes out by whoever
   * leads, behind all before it, and waits for every older transaction that is still open.
   */
  announce(added: readonly StoredEvent[]): void {
    if (added.length === 0) return;
    void this.dataSource.afterCommit(() => {
      for (const event of added) if (event.type === TokenRevoked.type) this.tellOf(event);
      this.relay.wake();
    });
  }

  private tellOf({ streamId, position, at }: StoredEvent): void {
    sendSignal(this.nats, RevocationCommitted, 'issuer', {
      tokenId: streamId,
      position,
      at: at.toISOString(),
    });
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.relay.stop();
    await this.nats.drain();
  }
}

const writtenEventOf = (stored: FeedEvent): WrittenEvent => ({
  id: stored.id,
  subject: subjectOf(stored),
  json: publishedJsonOf(stored),
});
