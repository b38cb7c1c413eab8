import type { RouteSpec } from '../routes/route-spec.js';
import { Http2Upstream } from './http2-upstream.js';
import { connectionKey, type ConnectionSpec } from './upstream-pools.js';

/** A route, and how connections to its upstream are made. */
export interface PlacedRoute {
  readonly route: RouteSpec;
  readonly spec: ConnectionSpec;
}

/** One HTTP/2 connection per upstream origin, kept over reloads that still name it. */
export class Http2Upstreams {
  private inUse = new Map<string, Http2Upstream>();

  /** @returns finds where a route sends to; `undefined` where it does not speak HTTP/2 to its upstream. */
  replace(placed: readonly PlacedRoute[]): (route: RouteSpec) => Http2Upstream | undefined {
    const next = new Map<string, Http2Upstream>();
    const keys = new Map<RouteSpec, string>();
    for (const { route, spec } of placed) {
      const { upstream, upstreamProtocol } = route;
      if (upstreamProtocol !== 'http2' || typeof upstream !== 'string') continue;
      const { origin } = new URL(upstream);
      const key = `${origin} ${connectionKey(spec)}`;
      next.set(key, next.get(key) ?? this.inUse.get(key) ?? new Http2Upstream(origin, spec));
      keys.set(route, key);
    }
    for (const [key, upstream] of this.inUse) if (!next.has(key)) upstream.close();
    this.inUse = next;
    return (route) => next.get(keys.get(route) ?? '');
  }

  /** Breaks off what is still under way. */
  destroy(): void {
    for (const upstream of this.inUse.values()) upstream.destroy();
    this.inUse.clear();
  }
}
