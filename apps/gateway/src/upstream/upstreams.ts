import type { RouteSpec } from '../routes/routes-file.js';
import { UpstreamGroup } from './group/upstream-group.js';
import { Http2Upstreams } from './http2-upstreams.js';
import { poolOf, UpstreamPools } from './upstream-pools.js';
import { UpstreamTarget } from './upstream-target.js';

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

  /** @returns finds where each of these routes sends to; what is named by none of them any more is given up. */
  replace(routes: readonly RouteSpec[]): (route: RouteSpec) => UpstreamTarget {
    const pool = this.pools.replace(routes);
    const http2 = this.http2.replace(routes);
    const single = (route: RouteSpec, url: string) => http2(route) ?? pool(route, url);
    const next = new Map<string, GroupInUse>();
    const groupOf = (route: RouteSpec, spec: UpstreamGroup['spec']): UpstreamGroup => {
      const key = JSON.stringify([route.tenant, spec, route.timeouts]);
      const known = next.get(key);
      if (known) {
        known.routes.push(route.id);
        return known.group;
      }
      const connections = {
        poolOf: (url: string) => pool(route, url),
        ownPoolOf: (url: string) => poolOf(route, url, 1),
      };
      const kept = this.groups.get(key)?.group;
      const group = kept ?? new UpstreamGroup(spec, route.tenant, route.id, connections);
      next.set(key, { group, routes: [route.id] });
      return group;
    };
    const targets = new Map(
      routes.map((route) => {
        const { upstream } = route;
        const to = typeof upstream === 'string' ? single(route, upstream) : groupOf(route, upstream);
        return [route, new UpstreamTarget(route, to)];
      }),
    );
    for (const [key, { group }] of this.groups) if (!next.has(key)) void group.stop();
    this.groups = next;
    return (route) => targets.get(route)!;
  }

  /** Those in force. */
  inUse(): Iterable<GroupInUse> {
    return this.groups.values();
  }

  /** Breaks off what is still under way. */
  async destroy(): Promise<void> {
    await Promise.all([...this.groups.values()].map(({ group }) => group.stop()));
    this.http2.destroy();
    await this.pools.destroy();
  }
}
