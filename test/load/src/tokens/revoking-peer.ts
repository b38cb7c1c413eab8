import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { events, FeedQuery, type LookupAnswer, LookupBody } from '@gatehouse/contracts';
import { digestOfToken, formatOpaqueToken, ORIGIN, parsePosition } from '@gatehouse/kernel';
import type { CleanUp } from '../clean-up.js';

/**
 * What a gateway asks an issuer: knows every token there could be, and has revoked as many as wanted. Of every token it says
 * that it was good before all events, as a late answer would: which are revoked, the gateway has to know itself.
 */
export class RevokingPeer {
  readonly serviceToken = formatOpaqueToken('gh', 'bench');
  /** Ids, in the order of their events. */
  private revoked: readonly string[] = [];

  private constructor(
    readonly url: string,
    private readonly scope: string,
  ) {}

  static async start(scope: string, cleanUp: CleanUp): Promise<RevokingPeer> {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const url = new URL(request.url ?? '/', 'http://peer');
        const answer =
          url.pathname === '/v1/events' ? peer.feed(url) : peer.holderOf(LookupBody.parse(JSON.parse(body)));
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const peer = new RevokingPeer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, scope);
    cleanUp.add(async () => {
      server.closeAllConnections();
      server.close();
    });
    return peer;
  }

  /**
   * Revokes these tokens, one after the other.
   * A gateway that has not heard of it asks for the feed by itself within seconds.
   */
  revoke(tokens: readonly string[]): void {
    this.revoked = tokens.map((token) => tokenIdOf(digestOfToken(token)));
  }

  private feed(url: URL) {
    const { after, limit } = FeedQuery.parse(Object.fromEntries(url.searchParams));
    const from = Number(parsePosition(after)!.sequence);
    const to = Math.min(from + limit, this.revoked.length);
    const page = Array.from({ length: to - from }, (_, i) => this.revocation(from + i + 1));
    return { events: page, next: page.at(-1)?.position ?? after };
  }

  private revocation(sequence: number) {
    const hex = sequence.toString(16).padStart(12, '0');
    return {
      specversion: '1.0',
      id: `019a0000-0000-7000-8000-${hex}`,
      type: events.TokenRevoked.type,
      source: 'issuer',
      subject: this.revoked[sequence - 1],
      time: new Date(1_763_000_000_000 + sequence).toISOString(),
      datacontenttype: 'application/json',
      tenant: 'default',
      actor: 'system:bench',
      position: positionOf(sequence),
      preceding: positionOf(sequence - 1),
      data: { reason: 'decommission' },
    };
  }

  private holderOf({ digest }: LookupBody): LookupAnswer {
    const tokenId = tokenIdOf(digest);
    return {
      found: true,
      asOf: ORIGIN,
      tokenId,
      tenant: 'default',
      status: 'active',
      scopes: [this.scope],
      ipAllow: [],
      expiresAt: null,
      secretId: `sec_${tokenId.slice(4)}`,
    };
  }
}

const positionOf = (sequence: number): string => (sequence === 0 ? ORIGIN : `${1000 + sequence}.${sequence}`);

const tokenIdOf = (digest: string): string =>
  `tok_${createHash('sha256').update(digest).digest('hex').slice(0, 32)}`;
