import type { Logger } from '@gatehouse/service';
import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import type { Connections } from './connections.js';
import { UpstreamGroup } from './group/upstream-group.js';
import { http2To, Http2Upstreams } from './http2-upstreams.js';
import { UpstreamNetworks } from './networks/upstream-networks.js';
import { readTls } from './tls/tls-files.js';
import {
  connectionKey,
  type ConnectionSpec,
  poolOf,
  type PoolNeed,
  UpstreamPools,
} from './upstream-pools.js';
import { upstreamUrls } from './upstream-spec.js';
import { UpstreamTarget } from './upstream-target.js';

/** A route, and how connections to its upstream are made. */
interface PlacedRoute {
  readonly route: RouteSpec;
  readonly spec: ConnectionSpec;
}

/** A group, and the routes that send to it. */
export interface GroupInUse {
  readonly group: UpstreamGroup;
  readonly routes: string[];
}

/** Every upstream in force. What is known of a group's targets is kept over a reload that leaves the group alone. */
export class Upstreams {
  private groups = new Map<string, GroupInUse>();
  private readonly pools = new UpstreamPools();
  private readonly http2 = new Http2Upstreams();

  constructor(private readonly logger: Pick<Logger, 'info' | 'warn'>) {}

  /**
   * @param folder what the files of the routes are relative to.
   * @param networksOf the addresses that the upstreams of a route may have, where they are others than those of the file.
   * @returns finds where each of these routes sends to (`undefined`: nowhere, the gateway answers); what is named by none of them any more is given up.
   * @throws RoutesRejected when a file cannot be read; nothing has changed then.
   */
  replace(
    { routes, upstreamNetworks }: Pick<RoutesFile, 'routes' | 'upstreamNetworks'>,
    folder: string,
    networksOf: (route: RouteSpec) => UpstreamNetworks | undefined,
  ): (route: RouteSpec) => UpstreamTarget | undefined {
    const ofFile = new UpstreamNetworks(upstreamNetworks);
    const placed = routes.map((route) => ({
      route,
      spec: connectionOf(route, networksOf(route) ?? ofFile, folder),
    }));
    const connectionsOf = this.connect(placed);
    const next = new Map<string, GroupInUse>();
    const targets = new Map(
      placed.map(({ route, spec }) => {
        const { upstream } = route;
        if (upstream === undefined) return [route, undefined];
        const connections = connectionsOf({ route, spec });
        if (typeof upstream === 'string')
          return [route, new UpstreamTarget(route, connections.senderTo(upstream))];
        const key = JSON.stringify([route.tenant, upstream, route.upstreamProtocol, connectionKey(spec)]);
        const known = next.get(key) ?? {
          group:
            this.groups.get(key)?.group ??
            new UpstreamGroup(upstream, route.tenant, route.id, connections, this.logger),
          routes: [],
        };
        next.set(key, known);
        known.routes.push(route.id);
        return [route, new UpstreamTarget(route, known.group)];
      }),
    );
    for (const [key, { group }] of this.groups) if (!next.has(key)) void group.stop();
    this.groups = next;
    return (route) => targets.get(route);
  }

  /** Pools of HTTP/1.1 or connections of HTTP/2, as each route says. */
  private connect(placed: readonly PlacedRoute[]): (of: PlacedRoute) => Connections {
    const needsOf = (protocol: RouteSpec['upstreamProtocol']): PoolNeed[] =>
      placed
        .filter(({ route }) => route.upstreamProtocol === protocol)
        .flatMap(({ route, spec }) => upstreamUrls(route.upstream).map((url) => ({ url, spec })));
    const pool = this.pools.replace(needsOf('http1'));
    const http2 = this.http2.replace(needsOf('http2'));
    return ({ route, spec }) =>
      route.upstreamProtocol === 'http2'
        ? { senderTo: (url) => http2({ url, spec }), ownSenderTo: (url) => http2To({ url, spec }) }
        : { senderTo: (url) => pool({ url, spec }), ownSenderTo: (url) => poolOf({ url, spec }, 1) };
  }

  /** Those in force. */
  inUse(): Iterable<GroupInUse> {
    return this.groups.values();
  }

  /** Breaks off what is still under way. */
  async destroy(): Promise<void> {
    await Promise.all([...this.groups.values()].map(({ group }) => group.stop()));
    await Promise.all([this.http2.destroy(), this.pools.destroy()]);
  }
}

const connectionOf = (
  { id, timeouts, upstreamTls }: RouteSpec,
  networks: UpstreamNetworks,
  folder: string,
): ConnectionSpec => ({
  connectMs: timeouts.connectMs,
  tls: upstreamTls && readTls(upstreamTls, id, folder),
  networks,
});
