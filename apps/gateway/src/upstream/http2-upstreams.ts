import { Http2Upstream } from './http2-upstream.js';
import { connectionKey, type PoolNeed } from './upstream-pools.js';

/** One HTTP/2 connection per upstream origin, kept over reloads that still name it. */
export class Http2Upstreams {
  private inUse = new Map<string, Http2Upstream>();

  /**
   * The connections of a new set of routes. Those no longer named finish what they carry, then close.
   * @returns finds the one for one of these needs.
   */
  replace(needs: readonly PoolNeed[]): (need: PoolNeed) => Http2Upstream {
    const next = new Map<string, Http2Upstream>();
    for (const need of needs) {
      const key = keyOf(need);
      next.set(key, next.get(key) ?? this.inUse.get(key) ?? http2To(need));
    }
    for (const [key, upstream] of this.inUse) if (!next.has(key)) upstream.close();
    this.inUse = next;
    return (need) => next.get(keyOf(need))!;
  }

  /** Breaks off what is still under way. */
  async destroy(): Promise<void> {
    await Promise.all([...this.inUse.values()].map((upstream) => upstream.destroy()));
    this.inUse.clear();
  }
}

/** A connection that is not shared. */
export const http2To = ({ url, spec }: PoolNeed): Http2Upstream =>
  new Http2Upstream(new URL(url).origin, spec);

const keyOf = ({ url, spec }: PoolNeed): string => `${new URL(url).origin} ${connectionKey(spec)}`;
