import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import { Asking } from './asking.js';
import type { CacheStoreSpec } from './cache-spec.js';
import { CacheStore, type Dropped, type Which } from './cache-store.js';
import { Collapsing } from './collapsing.js';
import { Invalidation } from './invalidation.js';
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

/** What is kept of all routes. It outlives reloads, but for the routes that these change. */
export class ResponseCaches {
  readonly store = new CacheStore();
  /** By route. */
  readonly counts = new Map<string, CacheCounts>();
  private readonly collapsing = new Collapsing();
  /** By route id: its text, and how many texts came before it. */
  private editions = new Map<string, { text: string; edition: number }>();
  private lastEdition = 0;

  /** @returns what each of a new set of routes has to do with the cache. */
  replace({
    routes,
    cache,
  }: {
    routes: RoutesFile['routes'];
    cache: CacheStoreSpec;
  }): Map<string, RouteParts> {
    this.store.maxBytes = cache.maxBytes;
    const earlier = this.editions;
    this.editions = new Map(routes.map((route) => [route.id, this.editionOf(route)]));
    this.store.dropWhere(({ route }) => earlier.get(route) !== this.editions.get(route));
    this.store.trim();
    const cached = routes
      .filter((route) => route.cache)
      .map(({ id, tenant, path }) => ({ id, tenant, literal: literalOf(path) }));
    for (const id of this.counts.keys()) if (!cached.some((one) => one.id === id)) this.counts.delete(id);
    return new Map(
      routes.map((route) => {
        const literal = literalOf(route.path);
        const isNear = cached.some((one) => one.tenant === route.tenant && overlap(one.literal, literal));
        const invalidation = isNear ? new Invalidation(this.store, route.tenant) : undefined;
        return [route.id, { cache: this.cacheOf(route), invalidation }];
      }),
    );
  }

  /** @param isDryRun nothing goes; it is only counted. */
  purge(which: Which, isDryRun: boolean): Dropped {
    return this.store.dropWhere(which, isDryRun);
  }

  private editionOf(route: RouteSpec): { text: string; edition: number } {
    const text = JSON.stringify(route);
    const known = this.editions.get(route.id);
    return known?.text === text ? known : { text, edition: ++this.lastEdition };
  }

  private cacheOf({ id, tenant, cache, credentials }: RouteSpec): RouteCache | undefined {
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
      store: this.store,
      collapsing: this.collapsing,
      count: (outcome) => (counts[outcome] = (counts[outcome] ?? 0) + 1),
    });
  }
}

/** Whether two paths of routes that begin like this may stand for the same one. */
const overlap = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

/** Up to the first part that stands for several, and without the slash that `/x/*` shares with `/x`. */
const literalOf = (path: string): string => path.replace(/[{*].*$/, '').replace(/\/$/, '');
