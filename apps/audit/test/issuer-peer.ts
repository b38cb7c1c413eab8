import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FeedQuery, LookupBody, OpenFieldsBody, subjectOf } from '@gatehouse/contracts';
import type { LookupAnswer, OpenedFields, PersonalData } from '@gatehouse/contracts';
import { comparePositions, digestOfToken, formatOpaqueToken, ORIGIN } from '@gatehouse/kernel';
import type { NatsConnection } from '@nats-io/nats-core';
import { eventOf } from './events.js';
import type { IssuerEvent } from './events.js';

/** What the issuer says to others: its feed, its look-ups and its events on NATS. Knows nothing of audit's inside. */
export class IssuerPeer {
  readonly events: IssuerEvent[] = [];
  /** Who has a key: tenant and user id. */
  readonly persons = new Map<string, PersonalData>();
  readonly serviceToken = formatOpaqueToken('gh', 'test');
  url = '';
  private readonly callers = new Map<string, LookupAnswer>();
  private readonly server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://peer');
      const answer =
        url.pathname === '/v1/personal-fields/open'
          ? this.opened(request.headers.authorization ?? '', body)
          : this.answer(url, body);
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
  });

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Adds an event to the store; `change` makes it wrong. */
  commit(change: Partial<Record<keyof IssuerEvent, unknown>> = {}): IssuerEvent {
    const sequence = this.events.length + 1;
    const preceding = this.events.at(-1)?.position ?? ORIGIN;
    const event = { ...eventOf(sequence, preceding), ...change } as IssuerEvent;
    this.events.push(event);
    return event;
  }

  commitMany(count: number): IssuerEvent[] {
    return Array.from({ length: count }, () => this.commit());
  }

  /** Sends events as the relay does. */
  relay(nats: NatsConnection, events: readonly IssuerEvent[]): void {
    for (const event of events) nats.publish(subjectOf(event), JSON.stringify(event));
  }

  /** A caller's token. */
  admit(scopes: readonly string[], tenant = 'default'): string {
    const token = formatOpaqueToken('gh', 'test');
    this.callers.set(digestOfToken(token), {
      found: true,
      asOf: ORIGIN,
      tokenId: `tok_${'0'.repeat(31)}${this.callers.size}`,
      tenant,
      status: 'active',
      scopes: [...scopes],
      ipAllow: [],
      expiresAt: null,
      secretId: `sec_${this.callers.size}`,
    });
    return token;
  }

  /** As the issuer does: by the caller's own token, of his own tenant, while the person has a key. */
  private opened(authorization: string, body: string): OpenedFields | undefined {
    const caller = this.callers.get(digestOfToken(authorization.replace('Bearer ', '')));
    if (!caller?.found || !caller.scopes.includes('users:read')) return undefined;
    const { items } = OpenFieldsBody.parse(JSON.parse(body));
    const { tenant } = caller;
    return { items: items.map(({ userId }) => this.persons.get(`${tenant} ${userId}`) ?? null) };
  }

  private answer(url: URL, body: string): object | undefined {
    if (url.pathname === '/v1/tokens/lookup')
      return this.callers.get(LookupBody.parse(JSON.parse(body)).digest) ?? { found: false, asOf: ORIGIN };
    if (url.pathname !== '/v1/events') return undefined;
    const { after, limit } = FeedQuery.parse(Object.fromEntries(url.searchParams));
    const events = this.events
      .filter(({ position }) => comparePositions(position, after) > 0)
      .slice(0, limit);
    return { events, next: events.at(-1)?.position ?? after };
  }
}
