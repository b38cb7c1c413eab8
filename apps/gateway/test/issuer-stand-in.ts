import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  type ConsumeAnswer,
  type ConsumeBody,
  type DocumentText,
  events,
  type LookupAnswer,
  RelayPublished,
  subjectOf,
} from '@gatehouse/contracts';
import { digestOfToken, formatOpaqueToken, newEventId, newId } from '@gatehouse/kernel';
import type { NatsConnection } from '@nats-io/nats-core';

export const SERVICE_TOKEN = formatOpaqueToken('gh', 'test');
export const ADMIN_TOKEN = formatOpaqueToken('gh', 'test');

/** Stands for the use of a token that was revoked before it was used. */
export const ENDED = 'ended';

type Found = Extract<LookupAnswer, { found: true }>;

/** What a test may say of a token it issues. */
export type IssueOptions = Partial<Omit<Found, 'found' | 'asOf' | 'tokenId' | 'status'>>;

/**
 * Speaks the part of the issuer's protocol that a gateway uses, over real HTTP and real NATS: look-up, feed, events and
 * the relay's signal. The end-to-end tests use the issuer itself; here a test can hold an answer back.
 */
export class IssuerStandIn {
  private readonly answers = new Map<string, Found>();
  private readonly feed: Record<string, unknown>[] = [];
  private readonly server: Server;
  private timer: NodeJS.Timeout | undefined;
  lookups = 0;
  /** The one use of each single-use token. */
  readonly uses = new Map<string, string>();
  consumptions = 0;
  /** What tenants have uploaded, by hash. */
  readonly documents = new Map<string, string>();
  /** Where each page of the feed began. */
  readonly pagesAfter: string[] = [];
  private held: Promise<void> | undefined;
  /** While true, every call fails. */
  down = false;
  /** While true, events are committed but neither published nor served. */
  silent = false;

  private constructor(private readonly nats: NatsConnection) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 600_000;
  }

  static async start(nats: NatsConnection): Promise<IssuerStandIn> {
    const issuer = new IssuerStandIn(nats);
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    issuer.timer = setInterval(() => issuer.signal(), 200);
    issuer.put(ADMIN_TOKEN, { scopes: ['gateway:read', 'gateway:write'] });
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get position(): string {
    return `${this.feed.length}.${this.feed.length}`;
  }

  issue(options: IssueOptions = {}): { token: string; id: string } {
    const token = formatOpaqueToken('gh', 'test');
    return { token, id: this.put(token, options) };
  }

  change(token: string, type: string, change: Partial<Found>): void {
    const digest = digestOfToken(token);
    const answer = this.answers.get(digest)!;
    this.answers.set(digest, { ...answer, ...change });
    this.append(answer, type);
  }

  /** Changes the tenant of a token; the answer about the token itself is as the issuer's would be from then on. */
  changeTenant(token: string, type: string, status: Found['status']): void {
    const digest = digestOfToken(token);
    const answer = this.answers.get(digest)!;
    this.answers.set(digest, { ...answer, status });
    this.append({ ...answer, tokenId: answer.tenant }, type);
  }

  revoke(token: string): void {
    this.change(token, events.TokenRevoked.type, { status: 'revoked' });
  }

  /** From now on a token's state is read at once but told only when the answer is released. */
  holdAnswers(): () => void {
    let release: (() => void) | undefined;
    this.held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.held = undefined;
      release?.();
    };
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** As if the event store had been lost and other events been written since. */
  replaceEvents(): void {
    for (const event of this.feed) event['id'] = newEventId();
  }

  private put(token: string, options: IssueOptions): string {
    const tokenId = newId('tok');
    this.answers.set(digestOfToken(token), {
      found: true,
      asOf: '0.0',
      tokenId,
      tenant: 'default',
      status: 'active',
      scopes: ['demo:read'],
      ipAllow: [],
      expiresAt: null,
      secretId: 'sec_1',
      ...options,
    });
    return tokenId;
  }

  /** Something becomes of a signing key, by its thumbprint. */
  changeKey(keyId: string, type: string): void {
    this.append({ tokenId: 'keyring_ES256', tenant: 'default' }, type, { keyId, algorithm: 'ES256' });
  }

  /** What became of a published API, whatever it says. */
  publishApi(apiId: string, type: string, data: object, tenant = 'default'): void {
    this.append({ tokenId: apiId, tenant }, type, data);
  }

  /** From now on the feed holds something that is no event, and goes on behind it. */
  poison(): void {
    this.feed.push({ specversion: '1.0', type: 'token.revoked.v1' });
  }

  private append({ tokenId, tenant }: Pick<Found, 'tokenId' | 'tenant'>, type: string, data?: object): void {
    const preceding = this.position;
    const next = this.feed.length + 1;
    const event = {
      specversion: '1.0',
      id: newEventId(),
      source: 'issuer',
      subject: tokenId,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      tenant,
      actor: 'system:test',
      type,
      position: `${next}.${next}`,
      preceding,
      data: data ?? { tokenId, reason: 'test' },
    };
    this.feed.push(event);
    if (!this.silent) this.nats.publish(subjectFor(type, tenant), JSON.stringify(event));
  }

  private signal(): void {
    if (this.down || this.silent || this.nats.isClosed()) return;
    const signal = { position: this.position, at: new Date().toISOString() };
    this.nats.publish(RelayPublished.subject('issuer'), JSON.stringify(signal));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.down || request.headers.authorization !== `Bearer ${SERVICE_TOKEN}`) {
      response.destroy();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://issuer');
    const body = await this.answerTo(url, request);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private async answerTo(url: URL, request: IncomingMessage): Promise<object> {
    if (url.pathname === '/v1/events') return this.page(url);
    const document = /\/api-documents\/(.+)$/.exec(decodeURIComponent(url.pathname))?.[1];
    if (document !== undefined) return this.documentCalled(document);
    return url.pathname === '/v1/tokens/consume' ? this.consume(request) : this.lookup(request);
  }

  private documentCalled(document: string): DocumentText {
    const text = this.documents.get(document);
    if (text === undefined) throw new Error(`there is no document ${document}`);
    return { document, text };
  }

  /** The first use is the one. */
  private async consume(request: IncomingMessage): Promise<ConsumeAnswer> {
    const { tokenId, useId } = JSON.parse(await text(request)) as ConsumeBody;
    this.consumptions++;
    if (!this.uses.has(tokenId)) this.uses.set(tokenId, useId);
    const use = this.uses.get(tokenId);
    if (use === ENDED) return { outcome: 'ended' };
    return { outcome: use === useId ? 'consumed' : 'consumed-before' };
  }

  private page(url: URL): object {
    this.pagesAfter.push(url.searchParams.get('after') ?? '');
    const after = Number(url.searchParams.get('after')?.split('.')[0]);
    const page = this.feed.slice(after, after + Number(url.searchParams.get('limit')));
    return { events: page, next: `${after + page.length}.${after + page.length}`, complete: !this.silent };
  }

  private async lookup(request: IncomingMessage): Promise<LookupAnswer> {
    const { digest } = JSON.parse(await text(request)) as { digest: string };
    this.lookups++;
    const found = this.answers.get(digest);
    const answer: LookupAnswer = found
      ? { ...found, asOf: this.position }
      : { found: false, asOf: this.position };
    await this.held;
    return answer;
  }
}

/** As another build would publish what this one does not know. */
function subjectFor(type: string, tenant: string): string {
  const known = Object.values(events).find((definition) => definition.type === type);
  return subjectOf({ type: known?.type ?? events.TokenRevoked.type, tenant });
}
