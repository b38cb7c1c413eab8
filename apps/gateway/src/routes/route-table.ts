import type { RouteView } from '@gatehouse/contracts';
import type { ResponseCaches } from '../cache/response-caches.js';
import type { Limits } from '../limits/limits.js';
import { CREDITS_STEP } from '../credits/credits.js';
import { policyName, type RouteLimits } from '../limits/route-limits.js';
import { ForwardAuth } from '../forward-auth/forward-auth.js';
import type { ApiDocuments } from '../openapi/api-documents.js';
import type { ApiOf } from '../openapi/loaded-api.js';
import { bodyTransforms } from '../transform/body-transform.js';
import { openApiInspections } from '../openapi/openapi.js';
import { jsonInspections } from '../payload/json-inspection.js';
import type { NamedDocument } from '../publishing/documents/named-document.js';
import type { PublishedRoutes, Verdict } from '../publishing/published-routes.js';
import { AddressRules } from '../request/address-rules.js';
import type { GuessesSpec } from '../request/guesses-spec.js';
import type { Inspection } from '../request/inspection.js';
import { IpList } from '../request/ip-list.js';
import type { CertificateHeader } from '../tokens/binding/forwarded-certificate.js';
import type { JwtIssuers } from '../tokens/jwt-issuers.js';
import type { TokenChanges } from '../tokens/token-changes.js';
import type { ListenerSpec } from '../transport/listener-spec.js';
import { deliveryOf } from '../upstream/delivery.js';
import { upstreamUrls } from '../upstream/upstream-spec.js';
import type { Upstreams } from '../upstream/upstreams.js';
import type { Waf, WafOf } from '../waf/waf.js';
import { answerHeadersOf } from './answer-headers.js';
import { KeyHeader } from './key-header.js';
import { policiesOf } from './policies.js';
import { Requirements } from './requirement.js';
import { type PlacedRoute, RouteMatcher } from './route-matcher.js';
import type { RouteSpec } from './route-spec.js';
import type { RoutesFile } from './routes-file.js';
import { serveOf } from './serve.js';

/** One gateway.yaml, and what of published APIs it serves, as compiled: replaced whole, never changed. */
export interface RouteTable {
  readonly matcher: RouteMatcher;
  /** For requests that match no route. */
  readonly trustedProxies: IpList;
  /** Of the whole file. */
  readonly addresses: AddressRules;
  readonly guesses: GuessesSpec;
  readonly certificateHeader: CertificateHeader | undefined;
  readonly forwardAuth: ForwardAuth | undefined;
  readonly issuers: JwtIssuers;
  readonly views: readonly RouteView[];
  /** What it says to the published APIs. */
  readonly verdicts: readonly Verdict[];
  /** Documents of theirs that it is served with, or waits for. */
  readonly documents: readonly NamedDocument[];
  /** As the file has them; those in force were opened at the start. */
  readonly listeners: readonly ListenerSpec[] | undefined;
  readonly loadedAt: Date;
}

/** What outlives a reload. */
export interface Longlived {
  readonly changes: Pick<TokenChanges, 'kindOf'>;
  readonly upstreams: Upstreams;
  readonly limits: Limits;
  readonly caches: ResponseCaches;
  readonly apis: ApiDocuments;
  readonly waf: Waf;
}

/** What was made of other files that gateway.yaml names. */
export interface Loaded {
  readonly issuers: JwtIssuers;
  readonly apiOf: ApiOf;
  readonly wafOf: WafOf;
}

/**
 * @param published what the file lets others add.
 * @param loaded by the same file.
 * @param folder what the files it names are relative to.
 * @throws RoutesRejected when one of those files cannot be used.
 */
export function compileRoutes(
  file: RoutesFile,
  published: PublishedRoutes,
  loaded: Loaded,
  parts: Longlived,
  folder: string,
): RouteTable {
  const all = { ...file, routes: [...file.routes, ...published.routes] };
  const upstreamOf = parts.upstreams.replace(all, folder, published.networksOf);
  const limits = parts.limits.replace(all);
  const cacheParts = parts.caches.replace(all, published.cacheBytesOf);
  const trustedProxies = new IpList(file.trustedProxies);
  const placed = (spec: RouteSpec) => {
    const ofRoute = limits.get(spec.id)!;
    const upstream = upstreamOf(spec);
    const apiOf = published.documentsOf(spec) ?? loaded.apiOf;
    return {
      spec,
      route: {
        id: spec.id,
        path: spec.path,
        tenant: spec.tenant,
        requirements: new Requirements(spec),
        ...checksOf(spec, parts.changes, ofRoute, { ...loaded, apiOf }),
        trustedProxies: spec.trustedProxies ? new IpList(spec.trustedProxies) : trustedProxies,
        upstream,
        serve: serveOf(
          spec,
          upstream,
          deliveryOf(spec, cacheParts.get(spec.id)!, loaded.wafOf(spec)?.answers),
          apiOf,
        ),
        keyHeader: spec.credentials && new KeyHeader(spec.credentials.header),
        answerHeaders: answerHeadersOf(spec, ofRoute.policy),
        staleMs: spec.staleSeconds * 1000,
        maxBodyBytes: spec.maxBodyBytes,
        webSocket: spec.webSocket,
      },
    };
  };
  return {
    matcher: matcherOf(file.routes.map(placed), published.routes.map(placed)),
    trustedProxies,
    addresses: new AddressRules(file),
    guesses: file.guesses,
    forwardAuth: file.forwardAuth && new ForwardAuth(file.forwardAuth),
    certificateHeader: file.clientCertificateHeader,
    issuers: loaded.issuers,
    views: all.routes.map((spec) => viewOf(spec, published.apiOf(spec))),
    verdicts: published.verdicts,
    documents: published.documents,
    listeners: file.listeners,
    loadedAt: new Date(),
  };
}

/** What others publish never stands before what the file says. */
const matcherOf = (own: readonly PlacedRoute[], published: readonly PlacedRoute[]): RouteMatcher =>
  new RouteMatcher(own, published.length > 0 ? new RouteMatcher(published) : undefined);

function checksOf(
  spec: RouteSpec,
  changes: Pick<TokenChanges, 'kindOf'>,
  limits: RouteLimits,
  loaded: Pick<Loaded, 'apiOf' | 'wafOf'>,
) {
  const policies = policiesOf(spec, changes);
  const inspections = inspectionsOf(spec, loaded);
  const before = [
    ...policies.map(({ name }) => name),
    ...(spec.cost === undefined ? [] : [CREDITS_STEP]),
    ...limits.limits.map(policyName),
  ];
  return {
    policies,
    limits,
    inspections: inspections.length > 0 ? inspections : undefined,
    steps: [...before, ...inspections.map(({ name }) => name)],
    stepsBeforeIdentity: before.length,
  };
}

/** In the order they are asked. */
const inspectionsOf = (spec: RouteSpec, { apiOf, wafOf }: Pick<Loaded, 'apiOf' | 'wafOf'>): Inspection[] => [
  ...jsonInspections(spec.payload),
  ...openApiInspections(spec, apiOf),
  ...[wafOf(spec)?.requests ?? []].flat(),
  ...bodyTransforms(spec), // last: the others see what the client sent
];

const viewOf = (spec: RouteSpec, api: string | undefined): RouteView => ({
  id: spec.id,
  ...(api !== undefined && { api }),
  hosts: spec.hosts ?? [],
  path: spec.path,
  methods: spec.methods ?? [],
  upstream: upstreamUrls(spec.upstream).join(' '),
  scopes: Object.fromEntries(
    Object.entries(spec.scopes).map(([method, need]) => [method, Array.isArray(need) ? need : need.any]),
  ),
  tenant: spec.tenant,
});
