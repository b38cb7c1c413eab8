import { PathPattern } from './path-pattern.js';
import type { Requirement } from './requirement.js';
import type { Route } from './route.js';
import type { RouteSpec } from './route-spec.js';

/** What is asked of a route to find it. */
export type Findable = Pick<Route, 'requirements'>;

/** A route and the place it is found at. */
export interface PlacedRoute<R extends Findable = Route> {
  readonly route: R;
  readonly spec: Pick<RouteSpec, 'hosts' | 'path'>;
}

/** What a request came upon: a route that takes its method, or only routes that do not. */
export type Match<R extends Findable = Route> =
  | { readonly route: R; readonly requirement: Requirement }
  | { readonly route: R; readonly requirement: undefined; readonly allow: readonly string[] };

interface Candidate<R> {
  readonly route: R;
  readonly path: PathPattern;
}

/** Routes of one host, by the first segment of their path, the most specific first. */
type Bucket<R> = Map<string, Candidate<R>[]>;

const ANY_SEGMENT = '*';

/** Finds the route of a request: exact host before wildcard before any, the most specific path first. */
export class RouteMatcher<R extends Findable = Route> {
  private readonly hosts = new Map<string, Bucket<R>>();
  private readonly wildcards: [suffix: string, Bucket<R>][] = [];
  private readonly anyHost: Bucket<R> = new Map();

  /** @param otherwise finds routes where none of these covers host and path, for any method. */
  constructor(
    routes: readonly PlacedRoute<R>[],
    private readonly otherwise?: RouteMatcher<R>,
  ) {
    for (const { route, spec } of routes)
      for (const host of spec.hosts ?? [undefined])
        insert(this.bucketOf(host), { route, path: new PathPattern(spec.path) });
    this.wildcards.sort(([a], [b]) => b.length - a.length);
    for (const bucket of [...this.hosts.values(), ...this.wildcards.map(([, b]) => b), this.anyHost])
      for (const candidates of bucket.values()) candidates.sort(bySpecificity);
  }

  /**
   * @param host of the request, lower case, without port.
   * @param path free of dot segments and encoded slashes.
   */
  match(host: string, path: string, method: string): Match<R> | undefined {
    const refused: Candidate<R>[] = [];
    return (
      (this.hosts.size > 0 ? find(this.hosts.get(host), path, method, refused) : undefined) ??
      this.matchWildcard(host, path, method, refused) ??
      find(this.anyHost, path, method, refused) ??
      notAllowed(refused) ??
      this.otherwise?.match(host, path, method)
    );
  }

  private matchWildcard(
    host: string,
    path: string,
    method: string,
    refused: Candidate<R>[],
  ): Match<R> | undefined {
    for (const [suffix, bucket] of this.wildcards) {
      if (!host.endsWith(suffix)) continue;
      const match = find(bucket, path, method, refused);
      if (match) return match;
    }
    return undefined;
  }

  private bucketOf(host: string | undefined): Bucket<R> {
    if (host === undefined) return this.anyHost;
    if (!host.startsWith('*.')) return getOrAdd(this.hosts, host);
    const suffix = host.slice(1);
    const known = this.wildcards.find(([s]) => s === suffix);
    if (known) return known[1];
    const bucket: Bucket<R> = new Map();
    this.wildcards.push([suffix, bucket]);
    return bucket;
  }
}

function find<R extends Findable>(
  bucket: Bucket<R> | undefined,
  path: string,
  method: string,
  refused: Candidate<R>[],
): Match<R> | undefined {
  if (!bucket) return undefined;
  return (
    findIn(bucket.get(firstSegment(path)), path, method, refused) ??
    findIn(bucket.get(ANY_SEGMENT), path, method, refused)
  );
}

function findIn<R extends Findable>(
  candidates: readonly Candidate<R>[] | undefined,
  path: string,
  method: string,
  refused: Candidate<R>[],
): Match<R> | undefined {
  if (!candidates) return undefined;
  for (const candidate of candidates) {
    if (!candidate.path.covers(path)) continue;
    const requirement = candidate.route.requirements.of(method);
    if (requirement) return { route: candidate.route, requirement };
    refused.push(candidate);
  }
  return undefined;
}

function notAllowed<R extends Findable>(refused: readonly Candidate<R>[]): Match<R> | undefined {
  const route = refused[0]?.route;
  if (!route) return undefined;
  const allow = [...new Set(refused.flatMap((candidate) => candidate.route.requirements.methods))];
  return { route, requirement: undefined, allow };
}

function insert<R>(bucket: Bucket<R>, candidate: Candidate<R>): void {
  const segment = candidate.path.firstSegment ?? ANY_SEGMENT;
  const candidates = bucket.get(segment) ?? [];
  candidates.push(candidate);
  bucket.set(segment, candidates);
}

function firstSegment(path: string): string {
  const end = path.indexOf('/', 1);
  return end < 0 ? path : path.slice(0, end);
}

/** What cannot be told apart stays in the order of the file, because sorting is stable. */
const bySpecificity = (a: Candidate<unknown>, b: Candidate<unknown>): number =>
  Number(a.path.rank > b.path.rank) - Number(a.path.rank < b.path.rank);

function getOrAdd<R>(map: Map<string, Bucket<R>>, key: string): Bucket<R> {
  const bucket: Bucket<R> = map.get(key) ?? new Map();
  map.set(key, bucket);
  return bucket;
}
