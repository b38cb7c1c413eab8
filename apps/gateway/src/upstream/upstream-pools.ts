import { Pool } from 'undici';
import type { RouteSpec } from '../routes/routes-file.js';
import { upstreamUrls } from './upstream-spec.js';

const CONNECTIONS = 256;
const KEEP_ALIVE_MS = 4_000;
const MAX_ANSWER_HEADER_BYTES = 64 * 1024;
/** A request that matched the old routes may still wait for its token's look-up before it asks for a connection. */
const LINGER_MS = 30_000;

/** The part of a route that says how its upstream is connected to. */
export type ConnectionSpec = Pick<RouteSpec, 'timeouts'>;

/** One connection pool per upstream origin, kept over reloads that still name it. */
export class UpstreamPools {
  private pools = new Map<string, Pool>();

  /**
   * The pools of a new set of routes. Those no longer named finish what they carry, then close.
   * @returns finds the pool for a URL of one of these routes.
   */
  replace(routes: readonly RouteSpec[]): (route: ConnectionSpec, url: string) => Pool {
    const next = new Map<string, Pool>();
    for (const route of routes)
      for (const url of upstreamUrls(route.upstream)) {
        const key = keyOf(route, url);
        next.set(key, next.get(key) ?? this.pools.get(key) ?? poolOf(route, url));
      }
    for (const [key, pool] of this.pools)
      if (!next.has(key)) setTimeout(() => void pool.close(), LINGER_MS).unref();
    this.pools = next;
    return (route, url) => next.get(keyOf(route, url))!;
  }

  /** Breaks off what is still under way. */
  async destroy(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
    this.pools.clear();
  }
}

const keyOf = ({ timeouts }: ConnectionSpec, url: string): string =>
  `${new URL(url).origin} ${timeouts.connectMs}`;

/** A pool that is not shared. */
export const poolOf = ({ timeouts }: ConnectionSpec, url: string, connections = CONNECTIONS): Pool =>
  new Pool(new URL(url).origin, {
    connections,
    pipelining: 1,
    connect: { timeout: timeouts.connectMs },
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
  });
