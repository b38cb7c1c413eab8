import { MalformedEvent } from '@gatehouse/contracts';
import { FeedFollower } from '@gatehouse/messaging';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable } from '@nestjs/common';
import { ISSUER, NATS, READER } from '../audit.tokens.js';
import { Halts } from '../halts.js';
import { LogStore } from '../log/log-store.js';
import type { FeedSource } from './feed-source.js';
import { receivedEventOf } from './issuer-event.js';
import type { IssuerEvent } from './issuer-event.js';
import { IssuerFeed } from './issuer-feed.js';
import { LeafAppender } from './leaf-appender.js';
import { pagesAhead } from './pages-ahead.js';
import type { FeedReader } from './reader/feed-reader.js';
import { Sieve } from './sieve.js';

/** Logs every event of the issuer, in event-store order; how far it is, is committed with the leaves. */
@Injectable()
export class IssuerIntake {
  private follower: FeedFollower<IssuerEvent> | undefined;
  private feed: IssuerFeed | undefined;
  private trouble: string | undefined;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(ISSUER) private readonly issuer: FeedSource,
    @Inject(READER) private readonly reader: FeedReader,
    @Inject(LogStore) private readonly store: LogStore,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
    @Inject(Sieve) private readonly sieve: Sieve,
    @Inject(Halts) private readonly halts: Halts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Goes on from what is in the log. */
  async start(): Promise<void> {
    const pages = pagesAhead((after, limit) => this.reader.page(after, limit));
    const feed = new IssuerFeed(this.issuer, pages, this.sieve);
    this.feed = feed;
    this.follower = new FeedFollower({
      nats: this.nats,
      feed: (after, limit) => feed.page(after, limit),
      read: receivedEventOf,
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

  private async apply(events: readonly IssuerEvent[]): Promise<void> {
    await this.appender.append(
      events.map(({ leaf }) => leaf),
      events.at(-1)?.position,
    );
  }

  /** The follower retries for ever: poison keeps it where it is until its source is corrected or it is quarantined. */
  private onHalt(error: Error | undefined): void {
    this.trouble = error?.message;
    if (this.feed) this.feed.thorough = error instanceof MalformedEvent;
    if (error instanceof MalformedEvent) this.halts.raise('issuer', error);
    else if (!error) this.halts.clear('issuer');
  }
}
