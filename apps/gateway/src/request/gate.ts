import type { ActiveRoutes } from '../routes/active-routes.js';
import type { Route } from '../routes/route.js';
import type { Requirement } from '../routes/requirement.js';
import type { Senders } from '../tokens/binding/senders.js';
import type { CertificateHeader } from '../tokens/binding/forwarded-certificate.js';
import type { Credential, Holder } from '../tokens/credential.js';
import type { Resolution } from '../tokens/resolution.js';
import type { TokenView } from '../tokens/token-view.js';
import type { JwtIssuers } from '../tokens/jwt-issuers.js';
import type { Admission } from './admission.js';
import { clientAddress, plainAddress } from './client-address.js';
import type { Exchange } from './exchange.js';
import { hostName } from './host-name.js';
import { answersPreflight } from './preflight.js';
import { presentedToken } from './presented-token.js';
import { refusal, type Refusal } from './refusal.js';
import { malformed, refusals } from './refusals.js';
import { hasTokenInQuery, targetFlaw } from './request-target.js';

/** What {@link Gate} needs. */
export interface GateOptions {
  readonly routes: Pick<ActiveRoutes, 'current'>;
  readonly tokens: TokenView;
  readonly senders: Pick<Senders, 'check'>;
  /** `performance.now()` when the view of the tokens was last known complete. */
  readonly viewAsOf: () => number;
  /** Takes over a request that was let through. */
  readonly pass: (exchange: Exchange, route: Route, credential: Credential) => void;
}

/** Decides on each request, without a promise as long as the token is known and the view is fresh. */
export class Gate {
  constructor(private readonly options: GateOptions) {}

  enter(exchange: Exchange): void {
    const { head, target, path, method, request } = exchange;
    const table = this.options.routes.current;
    const peer = plainAddress(request.socket.remoteAddress);

    const flaw = flawOf(exchange);
    const host = hostName(head.host ?? '');
    const match = flaw ? undefined : table.matcher.match(host, path, method);
    const trusted = match?.route.trustedProxies ?? table.trustedProxies;
    exchange.clientAddress = clientAddress(peer, head.forwardedFor, trusted);
    if (!trusted.isEmpty && trusted.has(peer)) believe(exchange, table.certificateHeader);
    if (flaw) return exchange.refuse(malformed(flaw));
    if (method === 'OPTIONS' && head.requestedMethod !== undefined) {
      if (answersPreflight(exchange, table.matcher.match(host, path, head.requestedMethod))) return;
    }
    if (!match) return exchange.refuse(refusals.noRoute);
    exchange.route = match.route;
    exchange.requirement = match.requirement;
    if (!match.requirement) return exchange.refuse(methodRefusal(method, match.allow));
    if (path.length < target.length && hasTokenInQuery(target.slice(path.length + 1)))
      return exchange.refuse(refusals.tokenInQuery);
    const token = presentedToken(exchange, match.route.keyHeader);
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
    if (known && this.isFresh(route, exchange)) return this.admit(exchange, token, route, requirement, known);
    const settle = ({ credential, refusal, holder }: Resolution & { holder?: Holder }) => {
      if (credential) return this.admit(exchange, token, route, requirement, credential);
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

  /** A token that is bound goes no further with anybody else. */
  private admit(
    exchange: Exchange,
    token: string,
    route: Route,
    requirement: Requirement,
    credential: Credential,
  ): void {
    exchange.holder = credential;
    if (credential.binding === undefined && exchange.presentedAs !== 'DPoP')
      return this.decide(exchange, route, requirement, credential);
    const settle = (refused: Refusal | undefined) => {
      if (!refused) return this.decide(exchange, route, requirement, credential);
      exchange.refusedBy = 'binding';
      exchange.refuse(refused);
    };
    const checked = this.options.senders.check(exchange, token, credential);
    if (checked instanceof Promise)
      checked.then(settle).catch(() => exchange.refuse(refusals.internal, 'failed'));
    else settle(checked);
  }

  private decide(exchange: Exchange, route: Route, requirement: Requirement, credential: Credential): void {
    const { clientAddress, path } = exchange;
    const admission = { credential, clientAddress, path, requirement, nowMs: Date.now() };
    if (isRefused(exchange, route, admission)) return;
    if (!route.limits) return this.options.pass(exchange, route, credential);
    route.limits.admit(exchange, admission, (hasWaited) => {
      // It may have been revoked while it waited for its turn.
      if (hasWaited && isRefused(exchange, route, { ...admission, nowMs: Date.now() })) return;
      this.options.pass(exchange, route, credential);
    });
  }
}

function isRefused(exchange: Exchange, route: Route, admission: Admission): boolean {
  for (const policy of route.policies) {
    const refused = policy.check(admission);
    if (!refused) continue;
    exchange.refusedBy = policy.name;
    exchange.refuse(refused);
    return true;
  }
  return false;
}

/** What of a JWT only the view could say is not known while it is stale. */
const unlessJwt = (found: Resolution): Resolution =>
  found.credential?.issuers ? { refusal: refusals.viewStale, holder: found.credential } : found;

/** What two parsers could read differently, or what this gateway does not speak. */
function flawOf({ head, target, path, request }: Exchange): string | undefined {
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

/** What a proxy of ours says of the client's side of the connection. */
function believe(exchange: Exchange, certificateHeader: CertificateHeader | undefined): void {
  if (exchange.head.forwardedProto === 'https') exchange.scheme = 'https';
  exchange.certificateHeader = certificateHeader;
}
