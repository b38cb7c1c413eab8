import type { UpstreamNetworks } from './networks/upstream-networks.js';
import type { UpstreamTls } from './tls/tls-files.js';
import { UpstreamPool } from './upstream-pool.js';

/** To one origin at once. */
export const HTTP1_CONNECTIONS = 256;
const KEEP_ALIVE_MS = 4_000;
/** A request that matched the old routes may still wait for its token's look-up before it asks for a connection. */
const LINGER_MS = 30_000;

/** How connections to an upstream are made. */
export interface ConnectionSpec {
  readonly connectMs: number;
  readonly tls: UpstreamTls | undefined;
  readonly networks: UpstreamNetworks;
}

/** A pool that some route needs. */
export interface PoolNeed {
  readonly url: string;
  readonly spec: ConnectionSpec;
}

/** One connection pool per upstream origin, kept over reloads that still name it. */
export class UpstreamPools {
  private pools = new Map<string, UpstreamPool>();

  /**
   * The pools of a new set of routes. Those no longer named finish what they carry, then close.
   * @returns finds the pool for one of these needs.
   */
  replace(needs: readonly PoolNeed[]): (need: PoolNeed) => UpstreamPool {
    const next = new Map<string, UpstreamPool>();
    for (const need of needs) {
      const key = keyOf(need);
      next.set(key, next.get(key) ?? this.pools.get(key) ?? poolOf(need));
    }
    for (const [key, pool] of this.pools)
      if (!next.has(key)) setTimeout(() => void pool.close(), LINGER_MS).unref();
    this.pools = next;
    return (need) => next.get(keyOf(need))!;
  }

  /** Breaks off what is still under way. */
  async destroy(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
    this.pools.clear();
  }
}

const keyOf = ({ url, spec }: PoolNeed): string => JSON.stringify([new URL(url).origin, connectionKey(spec)]);

/** The same for connections that are made alike. */
export const connectionKey = ({ connectMs, tls, networks }: ConnectionSpec): string =>
  JSON.stringify([connectMs, tls?.fingerprint, networks.fingerprint]);

/** A pool that is not shared. */
export const poolOf = ({ url, spec }: PoolNeed, connections = HTTP1_CONNECTIONS): UpstreamPool =>
  new UpstreamPool({
    origin: new URL(url).origin,
    connections,
    keepAliveMs: KEEP_ALIVE_MS,
    connect: { timeout: spec.connectMs, ...connectOptionsOf(spec) },
  });

/** Only addresses that are allowed; TLS 1.2 at least, and verification is never left out. */
export const connectOptionsOf = ({ tls, networks }: ConnectionSpec) => ({
  lookup: networks.lookup,
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2' as const,
  ...(tls && { ca: tls.ca, cert: tls.cert, key: tls.key }),
  ...(tls?.servername !== undefined && { servername: tls.servername }),
});
