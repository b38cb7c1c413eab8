import type { RouteParts } from '../cache/response-caches.js';
import type { RouteSpec } from '../routes/routes-file.js';
import { AnswerBound } from './answer-bound.js';
import type { Call } from './send.js';

/** RFC 9110 §9.2.1. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** What {@link Delivery} is made of. */
interface DeliveryParts extends RouteParts {
  readonly bound: AnswerBound | undefined;
}

/** What stands between a route's upstream and its clients. */
export class Delivery {
  constructor(private readonly parts: DeliveryParts) {}

  /** Has a request answered. */
  answer(call: Call): void {
    const { bound } = this.parts;
    this.keep(bound ? { ...call, send: bound.around(call.send) } : call);
  }

  private keep(call: Call): void {
    const { cache, invalidation } = this.parts;
    const { method } = call.exchange;
    if (cache && (method === 'GET' || method === 'HEAD')) cache.answer(call);
    else if (invalidation && !SAFE_METHODS.has(method)) invalidation.answer(call);
    else call.send(call.request, call.handler);
  }
}

/** `undefined` where a route needs nothing of it, and its requests should not pay for it. */
export function deliveryOf({ maxResponseBytes }: RouteSpec, ofCache: RouteParts): Delivery | undefined {
  const bound = maxResponseBytes === undefined ? undefined : new AnswerBound(maxResponseBytes);
  return bound || ofCache.cache || ofCache.invalidation ? new Delivery({ ...ofCache, bound }) : undefined;
}
