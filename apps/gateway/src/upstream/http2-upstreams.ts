import type { RouteSpec } from '../routes/routes-file.js';
import { Http2Upstream } from './http2-upstream.js';

/** One HTTP/2 connection per upstream origin, kept over reloads that still name it. */
export class Http2Upstreams {
  private inUse = new Map<string, Http2Upstream>();

  /** @returns finds where a route sends to; `undefined` where it does not speak HTTP/2 to its upstream. */
  replace(routes: readonly RouteSpec[]): (route: RouteSpec) => Http2Upstream | undefined {
    const next = new Map<string, Http2Upstream>();
    for (const { upstream, upstreamProtocol, timeouts } of routes) {
      if (upstreamProtocol !== 'http2' || typeof upstream !== 'string') continue;
      const { origin } = new URL(upstream);
      const key = keyOf(origin, timeouts.connectMs);
      const kept = next.get(key) ?? this.inUse.get(key);
      next.set(key, kept ?? new Http2Upstream(origin, timeouts.connectMs));
    }
    for (const [key, upstream] of this.inUse) if (!next.has(key)) upstream.close();
    this.inUse = next;
    return ({ upstream, upstreamProtocol, timeouts }) =>
      upstreamProtocol === 'http2' && typeof upstream === 'string'
        ? next.get(keyOf(new URL(upstream).origin, timeouts.connectMs))
        : undefined;
  }

  /** Breaks off what is still under way. */
  destroy(): void {
    for (const upstream of this.inUse.values()) upstream.destroy();
    this.inUse.clear();
  }
}

const keyOf = (origin: string, connectMs: number): string => `${origin} ${connectMs}`;
