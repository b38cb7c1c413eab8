import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import { Asking } from './asking.js';
import type { CacheStoreSpec } from './cache-spec.js';
import type { CacheStore, Dropped, Which } from './cache-store.js';
import { CacheStores } from './cache-stores.js';
import { Collapsing } from './collapsing.js';
import { Invalidation } from './invalidation.js';
import { NearPaths } from './near-paths.js';
import { type CachePart, RouteCache } from './route-cache.js';

/** What a route has to do with the cache. */
export interface RouteParts {
  /** Undefined: none of its answers are kept. */
  readonly cache: RouteCache | undefined;
  /** Undefined: nothing is kept that its requests could change. */
  readonly invalidation: Invalidation | undefined;
}

/** Answers of one route, by the part that the cache had in them. */
export type CacheCounts = Partial<Record<CachePart, number>>;

/** What is said of the cache, and by the routes. */
interface CachedFile {
  readonly routes: RoutesFile['routes'];
  readonly cache: CacheStoreSpec;
}

/** How much may be kept of all that the tenant of a route publishes; `undefined`: the route is gateway.yaml's own. */
type PublishedBytesOf = (route: RouteSpec) => number | undefined;

/** What is kept of all routes. It outlives reloads, but for the routes that these change. */
export class ResponseCaches {
  readonly stores = new CacheStores();
  /** By route. */
  readonly counts = new Map<string, CacheCounts>();
  private readonly collapsing = new Collapsing();
  /** By route id: its text, and how many texts came before it. */
  private editions = new Map<string, { text: string; edition: number }>();
  private lastEdition = 0;

  /** @returns what each of a new set of routes has to do with the cache. */
  replace({ routes, cache }: CachedFile, publishedBytesOf: PublishedBytesOf): Map<string, RouteParts> {
    const earlier = this.editions;
    this.editions = new Map(routes.map((route) => [route.id, this.editionOf(route)]));
    this.stores.dropWhere(({ route }) => earlier.get(route) !== this.editions.get(route));
    const cached = routes.filter((route) => route.cache);
    this.stores.resize(cache.maxBytes, roomOf(cached, publishedBytesOf));
    const ids = new Set(cached.map(({ id }) => id));
    for (const id of this.counts.keys()) if (!ids.has(id)) this.counts.delete(id);
    const near = nearPathsOf(cached);
    return new Map(
      routes.map((route) => {
        const { id, tenant, path } = route;
        const isOwn = publishedBytesOf(route) === undefined;
        const store = isOwn ? this.stores.own : this.stores.ofPublisher(tenant);
        const isNear = near.get(tenant)?.has(path) ?? false;
        const invalidation = isNear ? new Invalidation(this.stores, tenant) : undefined;
        return [id, { cache: store && this.cacheOf(route, store), invalidation }];
      }),
    );
  }

  /** @param isDryRun nothing goes; it is only counted. */
  purge(which: Which, isDryRun: boolean): Dropped {
    return this.stores.dropWhere(which, isDryRun);
  }

  private editionOf(route: RouteSpec): { text: string; edition: number } {
    const text = JSON.stringify(route);
    const known = this.editions.get(route.id);
    return known?.text === text ? known : { text, edition: ++this.lastEdition };
  }

  private cacheOf({ id, tenant, cache, credentials }: RouteSpec, store: CacheStore): RouteCache | undefined {
    if (!cache) return undefined;
    const { edition } = this.editions.get(id)!;
    const counts = this.counts.get(id) ?? {};
    this.counts.set(id, counts);
    return new RouteCache({
      spec: cache,
      asking: new Asking({
        tenant,
        route: id,
        shareBy: cache.shareBy,
        edition,
        keyHeader: credentials?.header,
      }),
      store,
      collapsing: this.collapsing,
      count: (outcome) => (counts[outcome] = (counts[outcome] ?? 0) + 1),
    });
  }
}

/** What each publisher of cached routes may keep. */
function roomOf(cached: readonly RouteSpec[], bytesOf: PublishedBytesOf): Map<string, number> {
  const room = new Map<string, number>();
  for (const route of cached) {
    const bytes = bytesOf(route) ?? 0;
    if (bytes > 0) room.set(route.tenant, bytes);
  }
  return room;
}

/** By tenant. */
function nearPathsOf(cached: readonly RouteSpec[]): Map<string, NearPaths> {
  const paths = new Map<string, string[]>();
  for (const { tenant, path } of cached) {
    const ofTenant = paths.get(tenant);
    if (ofTenant) ofTenant.push(path);
    else paths.set(tenant, [path]);
  }
  return new Map([...paths].map(([tenant, all]) => [tenant, new NearPaths(all)]));
}
