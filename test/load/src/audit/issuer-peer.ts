import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FeedQuery, subjectOf } from '@gatehouse/contracts';
import { formatOpaqueToken, ORIGIN, parsePosition } from '@gatehouse/kernel';
import type { NatsConnection } from '@nats-io/nats-core';
import type { CleanUp } from '../clean-up.js';

/** What audit asks an issuer, answered as fast as JSON can be made: a feed of as many events as wanted, and look-ups. */
export class IssuerPeer {
  /** A caller's token with `audit:read`. */
  readonly reader = formatOpaqueToken('gh', 'bench');
  private committed = 0;

  private constructor(readonly url: string) {}

  static async start(cleanUp: CleanUp): Promise<IssuerPeer> {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const url = new URL(request.url ?? '/', 'http://peer');
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(url.pathname === '/v1/events' ? peer.feed(url) : peer.caller()));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const peer = new IssuerPeer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    cleanUp.add(async () => {
      server.closeAllConnections();
      server.close();
    });
    return peer;
  }

  /** Lets the feed grow, and says so as the relay does: with the last event. */
  commit(count: number, nats: NatsConnection): void {
    this.committed += count;
    const last = eventOf(this.committed);
    nats.publish(subjectOf(last), JSON.stringify(last));
  }

  private feed(url: URL) {
    const { after, limit } = FeedQuery.parse(Object.fromEntries(url.searchParams));
    const from = Number(parsePosition(after)!.sequence);
    const to = Math.min(from + limit, this.committed);
    const events = Array.from({ length: to - from }, (_, i) => eventOf(from + i + 1));
    return { events, next: events.at(-1)?.position ?? after };
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
