import type { ActiveRoutes } from '../routes/active-routes.js';
import type { KeyHeader } from '../routes/key-header.js';
import type { Route } from '../routes/route.js';
import type { Requirement } from '../routes/requirement.js';
import type { Credential, Holder } from '../tokens/credential.js';
import type { Resolution } from '../tokens/resolution.js';
import type { TokenView } from '../tokens/token-view.js';
import type { JwtIssuers } from '../tokens/jwt-issuers.js';
import { clientAddress, plainAddress } from './client-address.js';
import type { Exchange } from './exchange.js';
import { hostName } from './host-name.js';
import { answersPreflight } from './preflight.js';
import { refusal, type Refusal } from './refusal.js';
import { malformed, refusals } from './refusals.js';
import type { RequestHead } from './request-head.js';
import { hasTokenInQuery, targetFlaw } from './request-target.js';

const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** What {@link Gate} needs. */
export interface GateOptions {
  readonly routes: Pick<ActiveRoutes, 'current'>;
  readonly tokens: TokenView;
  /** `performance.now()` when the view of the tokens was last known complete. */
  readonly viewAsOf: () => number;
  /** Takes over a request that was let through. */
  readonly pass: (exchange: Exchange, route: Route, credential: Credential) => void;
}

/** Decides on each request, without a promise as long as the token is known and the view is fresh. */
export class Gate {
  constructor(private readonly options: GateOptions) {}

  enter(exchange: Exchange): void {
    const { head, target, method, request } = exchange;
    const table = this.options.routes.current;
    const queryStart = target.indexOf('?');
    const path = queryStart < 0 ? target : target.slice(0, queryStart);
    const peer = plainAddress(request.socket.remoteAddress);

    const flaw = flawOf(exchange, path);
    const host = hostName(head.host ?? '');
    const match = flaw ? undefined : table.matcher.match(host, path, method);
    const trusted = match?.route.trustedProxies ?? table.trustedProxies;
    exchange.clientAddress = clientAddress(peer, head.forwardedFor, trusted);
    if (head.forwardedProto === 'https' && trusted.has(peer)) exchange.scheme = 'https';
    if (flaw) return exchange.refuse(malformed(flaw));
    if (method === 'OPTIONS' && head.requestedMethod !== undefined) {
      if (answersPreflight(exchange, table.matcher.match(host, path, head.requestedMethod))) return;
    }
    if (!match) return exchange.refuse(refusals.noRoute);
    exchange.route = match.route;
    exchange.requirement = match.requirement;
    if (!match.requirement) return exchange.refuse(methodRefusal(method, match.allow));
    if (queryStart >= 0 && hasTokenInQuery(target.slice(queryStart + 1)))
      return exchange.refuse(refusals.tokenInQuery);
    const token = match.route.keyHeader
      ? keyOrBearer(head, match.route.keyHeader)
      : bearerOf(head.authorization);
    if (typeof token !== 'string') return exchange.refuse(token);
    this.identify(exchange, token, match.route, match.requirement, table.issuers);
  }

  private identify(
    exchange: Exchange,
    token: string,
    route: Route,
    requirement: Requirement,
    issuers: JwtIssuers,
  ): void {
    const known = this.options.tokens.recall(token, issuers);
    if (known && this.isFresh(route, exchange)) return this.decide(exchange, route, requirement, known);
    const settle = ({ credential, refusal, holder }: Resolution & { holder?: Holder }) => {
      if (credential) return this.decide(exchange, route, requirement, credential);
      exchange.holder = holder;
      exchange.refuse(refusal);
    };
    const resolution = known
      ? this.options.tokens.confirm(token, known)
      : this.resolveFresh(exchange, token, route, issuers);
    if (resolution instanceof Promise)
      resolution.then(settle).catch(() => exchange.refuse(refusals.internal, 'failed'));
    else settle(resolution);
  }

  /** A token nobody remembers was asked about just now, unless it is a JWT: that only the view could have revoked. */
  private resolveFresh(
    exchange: Exchange,
    token: string,
    route: Route,
    issuers: JwtIssuers,
  ): Promise<Resolution> | Resolution {
    const resolution = this.options.tokens.resolve(token, issuers);
    if (this.isFresh(route, exchange)) return resolution;
    return resolution instanceof Promise ? resolution.then(unlessJwt) : unlessJwt(resolution);
  }

  private isFresh(route: Route, exchange: Exchange): boolean {
    exchange.viewAgeMs = exchange.startedAt - this.options.viewAsOf();
    return exchange.viewAgeMs <= route.staleMs;
  }

  private decide(exchange: Exchange, route: Route, requirement: Requirement, credential: Credential): void {
    exchange.holder = credential;
    const { clientAddress } = exchange;
    const admission = { credential, clientAddress, requirement, nowMs: Date.now() };
    for (const policy of route.policies) {
      const refused = policy.check(admission);
      if (!refused) continue;
      exchange.refusedBy = policy.name;
      return exchange.refuse(refused);
    }
    this.options.pass(exchange, route, credential);
  }
}

/** What of a JWT only the view could say is not known while it is stale. */
const unlessJwt = (found: Resolution): Resolution =>
  found.credential?.issuers ? { refusal: refusals.viewStale, holder: found.credential } : found;

/** What two parsers could read differently, or what this gateway does not speak. */
function flawOf({ head, target, request }: Exchange, path: string): string | undefined {
  if (head.flaw) return head.flaw;
  if (request.httpVersionMinor === 0) {
    // RFC 9112 §6.1: an HTTP/1.0 message with Transfer-Encoding has faulty framing.
    if (head.chunked) return 'HTTP/1.0 has no Transfer-Encoding.';
  } else if (!head.host) return 'Send one Host header.';
  if (head.host && hostName(head.host) === '') return 'The Host header is not a host name.';
  if (head.upgrade) return 'No protocol upgrade is offered here.';
  return targetFlaw(target, path);
}

const methodRefusal = (method: string, allow: readonly string[]): Refusal =>
  refusal('method-not-allowed', `This route does not take ${method.slice(0, 32)}.`, [
    'allow',
    allow.join(', '),
  ]);

/** RFC 6750 §2.1. A token that is not well-formed is found out when it is resolved; one that is remembered is. */
const bearerToken = (authorization: string): string | undefined =>
  authorization.startsWith('Bearer ') ? authorization.slice(7) : BEARER.exec(authorization)?.[1];

const bearerOf = (authorization: string | undefined): string | Refusal =>
  (authorization && bearerToken(authorization)) || tokenRefusal(authorization);

/** RFC 6750 §2: a token is sent in one way. */
function keyOrBearer(head: RequestHead, header: KeyHeader): string | Refusal {
  const [key, ...more] = header.takeFrom(head);
  if (key === undefined)
    return head.authorization === undefined ? header.missing : bearerOf(head.authorization);
  if (more.length > 0 || head.authorization !== undefined) return malformed('More than one token was sent.');
  return key;
}

const tokenRefusal = (authorization: string | undefined): Refusal =>
  authorization && /^bearer /i.test(authorization) ? refusals.tokenMalformed : refusals.tokenMissing;
