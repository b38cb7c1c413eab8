import { Counter, Gauge } from '@gatehouse/service';
import type { ResponseCaches } from './response-caches.js';

let caches: ResponseCaches | undefined;

/** By route: never by token or path. */
export const cachedRequests = new Counter({
  name: 'gatehouse_gateway_response_cache_requests_total',
  help: 'Answers of routes with a cache, by the part that it had in them',
  labelNames: ['route', 'outcome'],
  collect() {
    this.reset();
    for (const [route, counts] of caches?.counts ?? [])
      for (const [outcome, count] of Object.entries(counts)) this.inc({ route, outcome }, count);
  },
});

export const cachedBytes = new Gauge({
  name: 'gatehouse_gateway_response_cache_bytes',
  help: 'Memory that kept answers take',
  labelNames: ['route'],
  collect() {
    this.reset();
    for (const route of caches?.counts.keys() ?? []) this.set({ route }, 0);
    for (const { place, bytes } of caches?.stores.all() ?? []) this.inc({ route: place.route }, bytes);
  },
});

export const cacheEvictions = new Counter({
  name: 'gatehouse_gateway_response_cache_evictions_total',
  help: 'Answers that made room for others',
  collect() {
    this.reset();
    if (caches) this.inc(caches.stores.evictions);
  },
});

/** Tells the metrics of this process where to read: one gateway a process. */
export function observeCaches(from: ResponseCaches): void {
  caches = from;
}
