import type { RouteSpec } from '../routes/routes-file.js';
import { RateLimit } from './rate-limit.js';

/** Keeps the counters of a route over a reload that leaves its limit alone. */
export class RateLimits {
  private kept = new Map<string, RateLimit>();

  /** @returns the limits of a new set of routes, by route id; those no longer named are forgotten. */
  replace(routes: readonly RouteSpec[]): ReadonlyMap<string, RateLimit> {
    const next = new Map<string, RateLimit>();
    const byId = new Map<string, RateLimit>();
    for (const { id, limit } of routes) {
      if (!limit) continue;
      const key = `${id} ${limit.requests}/${limit.windowSeconds}`;
      const rate = this.kept.get(key) ?? new RateLimit(limit);
      next.set(key, rate);
      byId.set(id, rate);
    }
    this.kept = next;
    return byId;
  }
}
