import { MalformedEvent } from '@gatehouse/contracts';
import type { FeedEvent } from '@gatehouse/messaging';
import { FeedFollower } from '@gatehouse/messaging';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ISSUER, NATS } from '../audit.tokens.js';
import { Halts } from '../halts.js';
import type { Leaf } from '../log/leaf.js';
import { leafOf } from '../log/leaf.js';
import { LogStore } from '../log/log-store.js';
import { LeafAppender } from './leaf-appender.js';
import { QuarantineLog } from '../quarantine/quarantine-log.js';
import type { FeedSource } from './feed-source.js';
import { PrefetchedFeed } from './prefetched-feed.js';
import { SiftedFeed } from './sifted-feed.js';

/** Logs every event of the issuer, in event-store order; how far it is, is committed with the leaves. */
@Injectable()
export class IssuerIntake {
  private follower: FeedFollower | undefined;
  private feed: SiftedFeed | undefined;
  private trouble: string | undefined;
  /** Leaves made of events that were read ahead, while Postgres was busy with the ones before. */
  private readonly prepared = new WeakMap<object, Leaf>();

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(ISSUER) private readonly issuer: FeedSource,
    @Inject(LogStore) private readonly store: LogStore,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
    @Inject(QuarantineLog) private readonly quarantine: QuarantineLog,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Halts) private readonly halts: Halts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Goes on from what is in the log. */
  async start(): Promise<void> {
    const pages = new PrefetchedFeed(this.issuer, (event) => this.prepare(event));
    const feed = new SiftedFeed(pages, this.quarantine, this.dataSource, (event) => this.leafFrom(event));
    this.feed = feed;
    this.follower = new FeedFollower({
      nats: this.nats,
      feed: (after, limit) => feed.feed(after, limit),
      from: await this.store.issuerPosition(),
      apply: (events) => this.apply(events),
      onHalt: (error) => this.onHalt(error),
      logger: this.logger,
    });
    this.follower.start();
  }

  /** Returns after the batch under way. */
  async stop(): Promise<void> {
    await this.follower?.stop();
    this.follower = undefined;
  }

  /** @throws Error saying why the issuer is not being followed. */
  assertRunning(): void {
    if (!this.follower) throw new Error('standing by: another instance is the writer');
    if (this.trouble) throw new Error(this.trouble);
  }

  private async apply(events: readonly FeedEvent[]): Promise<void> {
    // Poison that came by NATS throws here; the feed then brings what was before it.
    const leaves = events.map(({ json }) => this.leafFrom(json));
    await this.appender.append(leaves, events.at(-1)?.position);
  }

  private leafFrom(event: FeedEvent['json']): Leaf {
    const leaf = this.prepared.get(event) ?? leafOf('issuer', event);
    this.prepared.set(event, leaf);
    return leaf;
  }

  private prepare(event: FeedEvent['json']): void {
    try {
      this.leafFrom(event);
    } catch (error) {
      if (!(error instanceof MalformedEvent)) throw error; // poison is met when its turn comes
    }
  }

  /** The follower retries for ever: poison keeps it where it is until its source is corrected or it is quarantined. */
  private onHalt(error: Error | undefined): void {
    this.trouble = error?.message;
    if (this.feed) this.feed.thorough = error instanceof MalformedEvent;
    if (error instanceof MalformedEvent) this.halts.raise('issuer', error);
    else if (!error) this.halts.clear('issuer');
  }
}
