import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FeedQuery, subjectOf } from '@gatehouse/contracts';
import { formatOpaqueToken, ORIGIN, parsePosition } from '@gatehouse/kernel';
import type { NatsConnection } from '@nats-io/nats-core';
import type { CleanUp } from '../clean-up.js';
import { FeedFile } from './feed-file.js';

/** What audit asks an issuer: a feed that was written before the clock is started, and look-ups. */
export class IssuerPeer {
  /** A caller's token with `audit:read`. */
  readonly reader = formatOpaqueToken('gh', 'bench');
  private committed = 0;

  private constructor(
    readonly url: string,
    private readonly file: FeedFile,
  ) {}

  /** @param folder for the feed's events. */
  static async start(cleanUp: CleanUp, folder: string): Promise<IssuerPeer> {
    const file = await FeedFile.create(folder);
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const url = new URL(request.url ?? '/', 'http://peer');
        response.setHeader('content-type', 'application/json');
        if (url.pathname !== '/v1/events') return response.end(JSON.stringify(peer.caller()));
        peer.feed(url).then(
          (answer) => response.end(answer),
          (error: Error) => response.destroy(error),
        );
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const peer = new IssuerPeer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, file);
    cleanUp.add(async () => {
      server.closeAllConnections();
      server.close();
      await file.close();
    });
    return peer;
  }

  /** Writes that many more events, which nobody is told of yet. */
  async prepare(count: number): Promise<void> {
    await this.file.append(count, (nth) => JSON.stringify(eventOf(nth + 1)));
  }

  /** Lets the feed grow to all that is prepared, and says so as the relay does: with the last event. */
  commit(nats: NatsConnection): void {
    this.committed = this.file.count;
    const last = eventOf(this.committed);
    nats.publish(subjectOf(last), JSON.stringify(last));
  }

  private async feed(url: URL): Promise<Buffer> {
    const { after, limit } = FeedQuery.parse(Object.fromEntries(url.searchParams));
    const from = Number(parsePosition(after)!.sequence);
    const to = Math.min(from + limit, this.committed);
    const next = to > from ? positionOf(to) : after;
    return this.file.between(from, to, '{"events":[', `],"next":"${next}"}`);
  }

  private caller() {
    return {
      found: true,
      asOf: ORIGIN,
      tokenId: `tok_${'0'.repeat(32)}`,
      tenant: 'default',
      status: 'active',
      scopes: ['audit:read', 'audit:personal'],
      ipAllow: [],
      expiresAt: null,
      secretId: `sec_${'0'.repeat(32)}`,
    };
  }
}

const positionOf = (sequence: number): string => (sequence === 0 ? ORIGIN : `${1000 + sequence}.${sequence}`);

/** A token issued, as the issuer says it. */
function eventOf(sequence: number) {
  const hex = sequence.toString(16).padStart(12, '0');
  const tokenId = `tok_019a0000000070008000${hex}`;
  return {
    specversion: '1.0',
    id: `019a0000-0000-7000-8000-${hex}`,
    type: 'token.issued.v1' as const,
    source: 'issuer',
    subject: tokenId,
    time: new Date(1_763_000_000_000 + sequence).toISOString(),
    datacontenttype: 'application/json',
    tenant: 'default',
    actor: `token:tok_019a00000000700080000000${(sequence % 500).toString(16).padStart(8, '0')}`,
    position: positionOf(sequence),
    preceding: positionOf(sequence - 1),
    data: {
      tokenId,
      name: `client ${sequence}`,
      scopes: ['orders:read', 'orders:write'],
      expiresAt: new Date(1_763_100_000_000 + sequence).toISOString(),
      ipAllow: ['192.0.2.0/24'],
      metadata: { team: 'payments', ticket: `OPS-${sequence}` },
      secret: { id: `sec_${hex}`, hash: 'h'.repeat(43), pepperVersion: 1, last4: 'abcd' },
    },
  };
}
