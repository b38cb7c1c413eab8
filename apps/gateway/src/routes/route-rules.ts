import { isPrefixOf, type LimitSpec, unboundParameters } from '@gatehouse/contracts';
import { answerMistakes } from '../answers/answer-rules.js';
import { transformMistakes } from '../transform/transform-rules.js';
import { isAffordable } from '../limits/limits-spec.js';
import type { UpstreamNetworks } from '../upstream/networks/upstream-networks.js';
import { HTTP1_CONNECTIONS } from '../upstream/upstream-pools.js';
import { upstreamUrls } from '../upstream/upstream-spec.js';
import type { Mistake } from './mistake.js';
import type { RouteSpec } from './route-spec.js';

/** What of the file a route's rules look at. */
interface Around {
  readonly limits: readonly LimitSpec[];
  readonly networks: UpstreamNetworks;
}

/** The rules that span several fields of a route. */
export function mistakesOf(route: RouteSpec, { limits, networks }: Around): Mistake[] {
  return [
    ...answerMistakes(route),
    ...transformMistakes(route),
    ...upstreamMistakes(route, networks),
    ...costMistakes(route, limits),
    ...scopeMistakes(route),
  ];
}

function* upstreamMistakes(
  { upstream, upstreamProtocol, webSocket, path, stripPrefix, cache, waf }: RouteSpec,
  networks: UpstreamNetworks,
): Iterable<Mistake> {
  if (webSocket && upstream === undefined) yield { path: ['webSocket'], message: 'takes an upstream' };
  if (upstreamProtocol === 'http1') yield* http1GroupMistakes(upstream);
  if (cache && upstream === undefined)
    yield { path: ['cache'], message: 'takes an upstream: the gateway’s own answers are at hand' };
  if (waf?.answers && upstream === undefined)
    yield {
      path: ['waf', 'answers'],
      message: 'takes an upstream: the gateway’s own answers say nothing of one',
    };
  for (const url of upstreamUrls(upstream))
    if (!networks.allowsUrl(url))
      yield {
        path: ['upstream'],
        message: `${url} is at an address that upstreams may not have; upstreamNetworks lists those they may`,
      };
  if (stripPrefix !== undefined && !isPrefixOf(stripPrefix, path))
    yield { path: ['stripPrefix'], message: `is not a prefix of ${path}, or does not end at a "/"` };
}

function* http1GroupMistakes(upstream: RouteSpec['upstream']): Iterable<Mistake> {
  if (upstream === undefined || typeof upstream === 'string') return;
  if (upstream.health?.grpc)
    yield { path: ['upstream', 'health', 'grpc'], message: 'takes upstreamProtocol: http2' };
  if (upstream.breaker.maxInFlight > HTTP1_CONNECTIONS)
    yield {
      path: ['upstream', 'breaker', 'maxInFlight'],
      message: `is at most ${HTTP1_CONNECTIONS} over http1, where each request has a connection`,
    };
}

function* costMistakes(route: RouteSpec, limits: readonly LimitSpec[]): Iterable<Mistake> {
  if (!isAffordable({ cost: route.cost, limits: [...limits, ...(route.limits ?? [])] }))
    yield {
      path: ['cost'],
      message: 'is more than one of the limits ever holds: no such request would pass',
    };
}

function* scopeMistakes({ path, scopes }: RouteSpec): Iterable<Mistake> {
  for (const [method, name] of unboundParameters(path, scopes))
    yield { path: ['scopes', method], message: `{${name}} is no parameter of ${path}` };
}
