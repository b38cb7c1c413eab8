import type { IntakeStream } from '@gatehouse/contracts';
import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable } from '@nestjs/common';
import { ISSUER, NATS } from '../audit.tokens.js';
import type { FeedSource } from '../intake/feed-source.js';
import { readRequestMessage, REQUESTS_DURABLE, REQUESTS_STREAM } from '../intake/request-message.js';
import { Sieve } from '../intake/sieve.js';
import { LogStore } from '../log/log-store.js';
import type { Poison } from './poison.js';
import { QuarantineLog } from './quarantine-log.js';

const PAGE = 500;
/** More than the broker has on their way at once. */
const MOST_PENDING = 64;

/** Finds what a stream has halted at, by reading what comes next: any instance can tell, whoever the writer is. */
@Injectable()
export class PoisonFinder {
  constructor(
    @Inject(Sieve) private readonly sieve: Sieve,
    @Inject(ISSUER) private readonly issuer: FeedSource,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LogStore) private readonly store: LogStore,
    @Inject(QuarantineLog) private readonly quarantine: QuarantineLog,
  ) {}

  /** Of one stream; `undefined` when it can go on. */
  find(stream: IntakeStream): Promise<Poison | undefined> {
    return stream === 'issuer' ? this.inFeed() : this.inRequests();
  }

  private async inFeed(): Promise<Poison | undefined> {
    const { events } = await this.issuer.feed(await this.store.issuerPosition(), PAGE);
    return (await this.sieve.sift(events, true)).poison;
  }

  private async inRequests(): Promise<Poison | undefined> {
    const manager = await jetstreamManager(this.nats, { checkAPI: false });
    const pending = await pendingSequences(manager);
    for (const sequence of pending) {
      const message = await ifThere(() => manager.streams.getMessage(REQUESTS_STREAM, { seq: sequence }));
      const reading = message && readRequestMessage({ sequence, bytes: message.data });
      if (!reading || 'leaf' in reading) continue;
      if ((await this.quarantine.decidedAmong([reading.poison])).size === 0) return reading.poison;
    }
    return undefined;
  }
}

/** Those that were delivered and not all acknowledged; the broker bounds how many that are. */
async function pendingSequences(manager: JetStreamManager): Promise<number[]> {
  const consumer = await ifThere(() => manager.consumers.info(REQUESTS_STREAM, REQUESTS_DURABLE));
  const [floor, last] = [consumer?.ack_floor.stream_seq ?? 0, consumer?.delivered.stream_seq ?? 0];
  return Array.from({ length: Math.min(last - floor, MOST_PENDING) }, (_, i) => floor + 1 + i);
}

/** Streams, consumers and messages come and go. */
async function ifThere<Thing>(ask: () => Promise<Thing | null>): Promise<Thing | undefined> {
  try {
    return (await ask()) ?? undefined;
  } catch (error) {
    if (error instanceof JetStreamApiError) return undefined;
    throw error;
  }
}
