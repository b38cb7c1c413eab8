import { comparePositions } from '@gatehouse/kernel';
import type { ApiOf } from '../openapi/loaded-api.js';
import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import type { UpstreamNetworks } from '../upstream/networks/upstream-networks.js';
import { ApiJudge, type OwnPlaces } from './api-judge.js';
import { type NamedDocument, namedIn } from './documents/named-document.js';
import type { DocumentsAtHand } from './documents/published-documents.js';
import type { PublishedApi } from './published-api.js';
import { type Standing, standingOf } from './standing.js';

/** Whether an API is served here, and if not, why. */
export interface Verdict {
  readonly api: string;
  readonly tenant: string;
  /** Empty where it could not be read. */
  readonly name: string;
  /** `null`: it is served. */
  readonly reason: string | null;
  /** What its latest version waits for, while the one before is served; `null`: the latest is what is judged. */
  readonly behind: string | null;
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
  /** Where the documents that a route names are found; `undefined`: in the files that gateway.yaml names. */
  readonly documentsOf: (route: RouteSpec) => ApiOf | undefined;
  /** Documents that are served with, or waited for. */
  readonly documents: readonly NamedDocument[];
}

const NO_ROUTES = {
  routes: [],
  apiOf: () => undefined,
  networksOf: () => undefined,
  cacheBytesOf: () => undefined,
  documentsOf: () => undefined,
};

/** For a gateway that failed to serve them, although it found nothing wrong. */
export const noneServed = ({
  verdicts,
  documents,
}: Pick<PublishedRoutes, 'verdicts' | 'documents'>): PublishedRoutes => ({
  ...NO_ROUTES,
  documents,
  verdicts: verdicts.map((verdict) => ({
    ...verdict,
    reason: verdict.reason ?? 'this gateway cannot compile it, or one that it would serve with it',
    behind: null,
    routes: [],
  })),
});

/**
 * Which published APIs a gateway.yaml lets its gateway serve.
 * @param apis in any order: of two that claim one place, the earlier claim has it.
 */
export function publishedRoutes(
  apis: readonly PublishedApi[],
  file: RoutesFile,
  places: OwnPlaces,
  documents: DocumentsAtHand,
): PublishedRoutes {
  if (apis.length === 0) return { ...NO_ROUTES, verdicts: [], documents: [] };
  const judge = new ApiJudge(file, places);
  const judged = apis
    .map((api) => standingOf(api, documents))
    .toSorted((a, b) => comparePositions(a.api.since, b.api.since))
    .map((standing) => judgedBy(judge, standing, documents));
  const ofRoute = new Map(
    judged.flatMap(({ verdict }) => verdict.routes.map((route) => [route, verdict] as const)),
  );
  const ifPublished =
    <Found>(find: (route: RouteSpec) => Found) =>
    (route: RouteSpec) =>
      ofRoute.has(route) ? find(route) : undefined;
  return {
    verdicts: judged.map(({ verdict }) => verdict),
    routes: [...ofRoute.keys()],
    apiOf: (route) => ofRoute.get(route)?.api,
    networksOf: ifPublished(({ tenant }) => judge.networksOf(tenant)),
    cacheBytesOf: ifPublished(({ tenant }) => judge.cacheBytesOf(tenant)),
    documentsOf: ifPublished(() => (document) => documents.of(document)),
    documents: judged.flatMap((one) => one.documents),
  };
}

/** @returns what is to be said of an API, and which documents that takes. */
function judgedBy(
  judge: ApiJudge,
  { api, latest, awaited }: Standing,
  documents: DocumentsAtHand,
): { readonly verdict: Verdict; readonly documents: readonly NamedDocument[] } {
  const { id, tenant, offer } = api;
  const name = offer.status === 'readable' ? offer.name : '';
  const objection = judge.objectionTo(api, latest) ?? documents.faultIn(latest) ?? null;
  const isFormer = offer !== latest;
  const reason = objection ?? (isFormer ? null : awaited);
  const routes = reason === null && offer.status === 'readable' ? offer.routes : [];
  const behind = reason === null ? awaited : null;
  return {
    verdict: { api: id, tenant, name, reason, behind, routes },
    documents: objection === null ? [latest, ...(isFormer ? [offer] : [])].flatMap(namedIn) : [],
  };
}

/** What became different: for those who are to be told. */
export function newsIn(before: readonly Verdict[], after: readonly Verdict[]): Verdict[] {
  const known = new Map(before.map((verdict) => [verdict.api, verdict]));
  return after.filter(({ api, reason, behind }) => {
    const earlier = known.get(api);
    return earlier?.reason !== reason || earlier.behind !== behind;
  });
}
