import { isIP } from 'node:net';
import { Requirements } from '../routes/requirement.js';
import { RouteMatcher } from '../routes/route-matcher.js';
import { mistakesOf } from '../routes/route-rules.js';
import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import { UpstreamNetworks } from '../upstream/networks/upstream-networks.js';
import { upstreamUrls } from '../upstream/upstream-spec.js';
import { wafObjection } from './offered-waf.js';
import { claimsOf, type Offer, type PublishedApi } from './published-api.js';
import type { PublisherSpec } from './publishing-spec.js';
import { contains, isAmong } from './territory.js';

/** Finds the place of a request in gateway.yaml itself. */
export type OwnPlaces = Pick<RouteMatcher<{ requirements: Requirements }>, 'match'>;

/** What a gateway.yaml answers itself. */
export const ownPlaces = ({ routes }: Pick<RoutesFile, 'routes'>): OwnPlaces =>
  new RouteMatcher(routes.map((spec) => ({ spec, route: { requirements: new Requirements(spec) } })));

/**
 * Judges published APIs by one gateway.yaml, one after the other: what it has let through takes its places. An API is served
 * as a whole or not at all, because a path that is left out would fall to another route of it, with other scopes.
 */
export class ApiJudge {
  private readonly publishers: ReadonlyMap<string, PublisherSpec>;
  private readonly networks: ReadonlyMap<string, UpstreamNetworks>;
  private readonly ownIds: ReadonlySet<string>;
  /** Which API has a place. */
  private readonly taken = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  /** Those that a tenant's APIs name. */
  private readonly documents = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly file: RoutesFile,
    private readonly places: OwnPlaces,
  ) {
    const ofFile = new UpstreamNetworks(file.upstreamNetworks);
    this.publishers = new Map(file.publishing.map((publisher) => [publisher.tenant, publisher]));
    this.networks = new Map(
      file.publishing.map(({ tenant, upstreamNetworks }) => [
        tenant,
        new UpstreamNetworks(upstreamNetworks, ofFile),
      ]),
    );
    this.ownIds = new Set(file.routes.map(({ id }) => id));
  }

  /** The addresses that upstreams of a tenant's APIs may have. */
  networksOf(tenant: string): UpstreamNetworks | undefined {
    return this.networks.get(tenant);
  }

  /** What may be kept of the answers of a tenant's APIs. */
  cacheBytesOf(tenant: string): number | undefined {
    return this.publishers.get(tenant)?.cacheBytes;
  }

  /**
   * @param latest what it is to be when its documents are here.
   * @returns `null` for what is served, which has its places from now on.
   */
  objectionTo({ id, tenant, offer }: PublishedApi, latest: Offer): string | null {
    if (offer.status === 'unreadable') return `it cannot be read: ${offer.reason}`;
    const publisher = this.publishers.get(tenant);
    if (!publisher) return 'gateway.yaml lets its tenant publish nothing here';
    const count = this.counts.get(tenant) ?? 0;
    if (count >= publisher.maxApis)
      return `gateway.yaml lets its tenant have ${publisher.maxApis} APIs here, and earlier ones are as many`;
    for (const route of offer.routes) {
      const objection = this.objectionToRoute(route, publisher);
      if (objection !== undefined) return `${route.path}: ${objection}`;
    }
    const documents = new Set([...(this.documents.get(tenant) ?? []), ...documentsIn(latest)]);
    if (documents.size > publisher.maxDocuments)
      return `gateway.yaml lets its tenant have ${publisher.maxDocuments} OpenAPI documents here (maxDocuments), and with those that it names there are ${documents.size}`;
    this.documents.set(tenant, documents);
    this.counts.set(tenant, count + 1);
    for (const claim of offer.routes.flatMap(claimsOf)) this.taken.set(claim, id);
    return null;
  }

  private objectionToRoute(route: RouteSpec, publisher: PublisherSpec): string | undefined {
    try {
      return this.placeObjection(route, publisher) ?? this.contentObjection(route, publisher);
    } catch (error) {
      return `this gateway cannot compile it (${error instanceof Error ? error.message : String(error)})`;
    }
  }

  private placeObjection(route: RouteSpec, publisher: PublisherSpec): string | undefined {
    if (!contains(publisher, route)) return `gateway.yaml lets its tenant claim ${placesOf(publisher)} alone`;
    if (this.ownIds.has(route.id)) return `gateway.yaml has a route called ${route.id}`;
    if (probesOf(route).some(([host, path]) => this.places.match(host, path, 'GET') !== undefined))
      return 'gateway.yaml has a route of its own there';
    const holder = claimsOf(route).flatMap((claim) => this.taken.get(claim) ?? [])[0];
    return holder === undefined ? undefined : `${holder} claimed it earlier`;
  }

  private contentObjection(
    route: RouteSpec,
    { tenant, upstreamHosts, waf }: PublisherSpec,
  ): string | undefined {
    const foreign = upstreamUrls(route.upstream)
      .map((url) => new URL(url).hostname)
      .find((host) => upstreamHosts && (isIP(host) !== 0 || !isAmong(upstreamHosts, host)));
    if (foreign !== undefined)
      return `gateway.yaml lets its tenant send to ${upstreamHosts?.join(', ')} alone, not to ${foreign}`;
    const ofWaf = wafObjection(route.waf, waf);
    if (ofWaf !== undefined) return ofWaf;
    const around = { limits: this.file.limits, networks: this.networks.get(tenant)! };
    const [mistake] = mistakesOf(route, around);
    if (mistake) return `${mistake.path.join('.')}: ${mistake.message}`;
    // Found out here, whatever it is, instead of where the routes of others are compiled as well.
    ownPlaces({ routes: [route] });
    return undefined;
  }
}

const documentsIn = (offer: Offer): readonly string[] => (offer.status === 'readable' ? offer.documents : []);

const placesOf = ({ hosts, prefixes }: PublisherSpec): string =>
  [hosts && `the hosts ${hosts.join(', ')}`, prefixes && `paths below ${prefixes.join(', ')}`]
    .filter((part) => part !== undefined)
    .join(' with ');

/** More segments than any pattern of a path may have. */
const DEEP = '\0/'.repeat(300);

/** Requests, one for each host, that are answered by another route only if it answers all that this one would. */
const probesOf = ({ hosts = [''], path }: RouteSpec): [host: string, path: string][] => {
  const deep = path.replaceAll(/\{\w+\}/g, '\0').replace(/\*$/, DEEP);
  return hosts.map((host) => [host.replace('*', '\0'), deep]);
};
