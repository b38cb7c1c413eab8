import type { LimitSpec } from '@gatehouse/contracts';
import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import { Limit, limitFacts } from './limit.js';
import { type LimitStore, localLimits } from './limit-store.js';
import { RouteLimits } from './route-limits.js';

/** Every limit in force. Keeps the counters of one over a reload that leaves it alone. */
export class Limits {
  private kept = new Map<string, Limit>();

  constructor(private readonly store: LimitStore = localLimits()) {}

  /** @returns the limits of a new set of routes, by route id; those no longer named are forgotten. */
  replace({
    routes,
    limits: ofAll,
  }: Pick<RoutesFile, 'routes' | 'limits'>): ReadonlyMap<string, RouteLimits> {
    const next = new Map<string, Limit>();
    const limitOf = (scope: string, spec: LimitSpec): Limit => {
      const id = `${scope} ${JSON.stringify(spec)}`;
      const limit = next.get(id) ?? this.kept.get(id) ?? new Limit(id, limitFacts(spec));
      next.set(id, limit);
      return limit;
    };
    const byRoute = new Map<string, RouteLimits>();
    for (const route of routes) {
      const { id, tenant, throttle } = route;
      const limits = [
        ...ofAll.map((spec) => limitOf(`{${tenant}} *`, spec)),
        ...specsOf(route).map((spec) => limitOf(`{${tenant}} ${id}`, spec)),
      ];
      byRoute.set(id, new RouteLimits({ limits, store: this.store, throttle }));
    }
    this.kept = next;
    return byRoute;
  }
}

const specsOf = ({ limit, limits }: RouteSpec): LimitSpec[] => [
  ...(limit ? [{ per: 'token' as const, ...limit }] : []),
  ...(limits ?? []),
];
