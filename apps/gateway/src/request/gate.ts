import type { ActiveRoutes } from '../routes/active-routes.js';
import type { Route } from '../routes/route.js';
import type { RouteTable } from '../routes/route-table.js';
import type { Requirement } from '../routes/requirement.js';
import type { CertificateHeader } from '../tokens/binding/forwarded-certificate.js';
import type { Holder } from '../tokens/credential.js';
import type { Resolution } from '../tokens/resolution.js';
import type { TokenView } from '../tokens/token-view.js';
import { ADDRESS_STEP } from './address-rules.js';
import { Checks, type ChecksOptions } from './checks.js';
import { clientAddress } from './client-address.js';
import type { Exchange } from './exchange.js';
import { Guesses } from './guesses.js';
import { hostName } from './host-name.js';
import { answersPreflight } from './preflight.js';
import { presentedToken } from './presented-token.js';
import { refusal, type Refusal } from './refusal.js';
import { malformed, refusals } from './refusals.js';
import { hasTokenInQuery, hasTokenValue, targetFlaw } from './request-target.js';

/** What {@link Gate} needs. */
export interface GateOptions extends ChecksOptions {
  readonly routes: Pick<ActiveRoutes, 'current'>;
  readonly tokens: TokenView;
  /** `performance.now()` when the view of the tokens was last known complete. */
  readonly viewAsOf: () => number;
}

/** Decides on each request, without a promise as long as the token is known and the view is fresh. */
export class Gate {
  private readonly checks: Checks;
  private readonly guesses = new Guesses();

  constructor(private readonly options: GateOptions) {
    this.checks = new Checks(options);
  }

  enter(exchange: Exchange): void {
    const table = this.options.routes.current;
    const peer = exchange.connection.address;
    if (table.forwardAuth?.isAskedBy(peer, exchange.path)) {
      const asked = table.forwardAuth.askedOf(exchange.request, exchange.path);
      if (!asked) return exchange.refuse(refusals.questionIncomplete);
      exchange.standFor(asked);
    }
    this.route(exchange, table, peer);
  }

  private route(exchange: Exchange, table: RouteTable, peer: string): void {
    const { head, target, path, method } = exchange;
    const flaw = flawOf(exchange);
    const host = hostName(head.host ?? '');
    const match = flaw ? undefined : table.matcher.match(host, path, method);
    const trusted = exchange.isQuestion
      ? (table.forwardAuth?.proxies ?? table.trustedProxies)
      : (match?.route.trustedProxies ?? table.trustedProxies);
    exchange.clientAddress = clientAddress(peer, head.forwardedFor, trusted);
    if (!trusted.isEmpty && trusted.has(peer)) believe(exchange, table.certificateHeader);
    if (flaw) return exchange.refuse(malformed(flaw));
    exchange.route = match?.route;
    exchange.requirement = match?.requirement;
    if (!table.addresses.admit(exchange.clientAddress)) {
      exchange.refusedBy = ADDRESS_STEP;
      return exchange.refuse(refusals.addressRefused);
    }
    if (method === 'OPTIONS' && head.requestedMethod !== undefined) {
      if (answersPreflight(exchange, table.matcher.match(host, path, head.requestedMethod))) return;
    }
    if (!match) return exchange.refuse(refusals.noRoute);
    if (exchange.upgrade && !match.route.webSocket)
      return exchange.refuse(malformed('No protocol upgrade is offered here.'));
    if (!match.requirement) return exchange.refuse(methodRefusal(method, match.allow));
    if (path.length < target.length && hasTokenInQuery(target.slice(path.length + 1)))
      return exchange.refuse(refusals.tokenInQuery);
    const token = presentedToken(exchange, match.route.keyHeader);
    if (typeof token !== 'string') return exchange.refuse(notFound(token, target.slice(path.length + 1)));
    this.identify(exchange, token, match.route, match.requirement, table);
  }

  private identify(
    exchange: Exchange,
    token: string,
    route: Route,
    requirement: Requirement,
    table: RouteTable,
  ): void {
    const known = this.options.tokens.recall(token, table.issuers);
    if (known && this.isFresh(route, exchange))
      return this.checks.admit(exchange, token, route, requirement, known);
    const tooMany = known ? undefined : this.guesses.refusalOf(exchange.clientAddress, table.guesses);
    if (tooMany) {
      exchange.limit = 'guesses';
      return exchange.refuse(tooMany);
    }
    const settle = ({ credential, refusal, holder }: Resolution & { holder?: Holder }) => {
      if (credential) return this.checks.admit(exchange, token, route, requirement, credential);
      exchange.holder = holder;
      exchange.refuse(refusal);
    };
    const resolution = known
      ? this.options.tokens.confirm(token, known)
      : this.resolveFresh(exchange, token, route, table);
    if (resolution instanceof Promise)
      resolution.then(settle).catch(() => exchange.refuse(refusals.internal, 'failed'));
    else settle(resolution);
  }

  /** A token nobody remembers was asked about just now, unless it is a JWT: that only the view could have revoked. */
  private resolveFresh(
    exchange: Exchange,
    token: string,
    route: Route,
    { issuers, guesses }: RouteTable,
  ): Promise<Resolution> | Resolution {
    const resolution = this.options.tokens.resolve(token, issuers);
    const judged = this.isFresh(route, exchange) ? asFound : unlessJwt;
    if (!(resolution instanceof Promise)) return judged(resolution);
    return resolution.then((found) => {
      this.guesses.note(exchange.clientAddress, guesses, found.refusal);
      return judged(found);
    });
  }

  private isFresh(route: Route, exchange: Exchange): boolean {
    exchange.viewAgeMs = exchange.startedAt - this.options.viewAsOf();
    return exchange.viewAgeMs <= route.staleMs;
  }
}

const asFound = (found: Resolution): Resolution => found;

/** What of a JWT only the view could say is not known while it is stale. */
const unlessJwt = (found: Resolution): Resolution =>
  found.credential?.issuers ? { refusal: refusals.viewStale, holder: found.credential } : found;

/** Who sends his token where it is no token is told so, whatever he calls it there. */
const notFound = (refused: Refusal, query: string): Refusal =>
  refused.code === 'token-missing' && hasTokenValue(query) ? refusals.tokenInQuery : refused;

/** What two parsers could read differently, or what this gateway does not speak. */
function flawOf({ head, target, path, request, upgrade }: Exchange): string | undefined {
  if (head.flaw) return head.flaw;
  if (request.httpVersion === '1.0') {
    // RFC 9112 §6.1: an HTTP/1.0 message with Transfer-Encoding has faulty framing.
    if (head.chunked) return 'HTTP/1.0 has no Transfer-Encoding.';
  } else if (!head.host) return 'Send one Host header.';
  if (head.host && hostName(head.host) === '') return 'The Host header is not a host name.';
  if (head.upgrade && !upgrade) return 'No protocol upgrade is offered here.';
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
