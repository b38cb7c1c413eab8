import type { RouteParts } from '../cache/response-caches.js';
import type { Call } from './send.js';

/** RFC 9110 §9.2.1. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** What stands between a route's upstream and its clients. */
export class Delivery {
  constructor(private readonly parts: RouteParts) {}

  /** Has a request answered. */
  answer(call: Call): void {
    const { cache, invalidation } = this.parts;
    const { method } = call.exchange;
    if (cache && (method === 'GET' || method === 'HEAD')) cache.answer(call);
    else if (invalidation && !SAFE_METHODS.has(method)) invalidation.answer(call);
    else call.send(call.request, call.handler);
  }
}

/** `undefined` where a route needs nothing of it, and its requests should not pay for it. */
export function deliveryOf({ cache, invalidation }: RouteParts): Delivery | undefined {
  return cache || invalidation ? new Delivery({ cache, invalidation }) : undefined;
}
