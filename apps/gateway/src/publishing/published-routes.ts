import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import type { UpstreamNetworks } from '../upstream/networks/upstream-networks.js';
import { ApiJudge, type OwnPlaces } from './api-judge.js';
import type { PublishedApi } from './published-api.js';

/** Whether an API is served here, and if not, why. */
export interface Verdict {
  readonly api: string;
  readonly tenant: string;
  /** Empty where it could not be read. */
  readonly name: string;
  /** `null`: it is served. */
  readonly reason: string | null;
  readonly routes: readonly RouteSpec[];
}

/** The routes that come from published APIs, beside those of one gateway.yaml. */
export interface PublishedRoutes {
  readonly verdicts: readonly Verdict[];
  readonly routes: readonly RouteSpec[];
  /** Which API a route is of; `undefined`: gateway.yaml's own. */
  readonly apiOf: (route: RouteSpec) => string | undefined;
  /** The addresses that a route's upstreams may have; `undefined`: those of gateway.yaml. */
  readonly networksOf: (route: RouteSpec) => UpstreamNetworks | undefined;
  /** What may be kept of the answers of all that its tenant publishes; `undefined`: it is gateway.yaml's own. */
  readonly cacheBytesOf: (route: RouteSpec) => number | undefined;
}

const NO_ROUTES = {
  routes: [],
  apiOf: () => undefined,
  networksOf: () => undefined,
  cacheBytesOf: () => undefined,
};

/** For a gateway that failed to serve them, although it found nothing wrong. */
export const noneServed = ({ verdicts }: Pick<PublishedRoutes, 'verdicts'>): PublishedRoutes => ({
  ...NO_ROUTES,
  verdicts: verdicts.map((verdict) => ({
    ...verdict,
    reason: verdict.reason ?? 'this gateway cannot compile it, or one that it would serve with it',
    routes: [],
  })),
});

/**
 * Which published APIs a gateway.yaml lets its gateway serve.
 * @param apis the earliest claims first: of two that claim one place, the first has it.
 */
export function publishedRoutes(
  apis: readonly PublishedApi[],
  file: RoutesFile,
  places: OwnPlaces,
): PublishedRoutes {
  if (apis.length === 0) return { ...NO_ROUTES, verdicts: [] };
  const judge = new ApiJudge(file, places);
  const verdicts = apis.map((api): Verdict => {
    const { id, tenant, offer } = api;
    const reason = judge.objectionTo(api);
    const isServed = reason === null && offer.status === 'readable';
    const name = offer.status === 'readable' ? offer.name : '';
    return { api: id, tenant, name, reason, routes: isServed ? offer.routes : [] };
  });
  const ofRoute = new Map(verdicts.flatMap((verdict) => verdict.routes.map((route) => [route, verdict])));
  return {
    verdicts,
    routes: [...ofRoute.keys()],
    apiOf: (route) => ofRoute.get(route)?.api,
    networksOf: (route) => (ofRoute.has(route) ? judge.networksOf(route.tenant) : undefined),
    cacheBytesOf: (route) => (ofRoute.has(route) ? judge.cacheBytesOf(route.tenant) : undefined),
  };
}

/** What became different: for those who are to be told. */
export function newsIn(before: readonly Verdict[], after: readonly Verdict[]): Verdict[] {
  const known = new Map(before.map(({ api, reason }) => [api, reason]));
  return after.filter(({ api, reason }) => known.get(api) !== reason);
}
