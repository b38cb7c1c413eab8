import type { RouteParts } from '../cache/response-caches.js';
import { Compression } from '../compression/compression.js';
import type { RouteSpec } from '../routes/route-spec.js';
import { AnswerTransform } from '../transform/answer-transform.js';
import type { AnswerInspection } from '../waf/answer-inspection.js';
import { AnswerBound } from './answer-bound.js';
import type { Call } from './send.js';

/** RFC 9110 §9.2.1. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** What {@link Delivery} is made of. */
interface DeliveryParts extends RouteParts {
  readonly bound: AnswerBound | undefined;
  readonly compression: Compression | undefined;
  readonly transform: AnswerTransform | undefined;
  readonly inspection: AnswerInspection | undefined;
}

/** What stands between a route's upstream and its clients. */
export class Delivery {
  constructor(private readonly parts: DeliveryParts) {}

  /** Has a request answered. */
  answer(call: Call): void {
    const { bound, compression, transform, inspection } = this.parts;
    const send = bound ? bound.around(call.send) : call.send;
    const handler = compression ? compression.of(call) : call.handler;
    this.keep({
      ...call,
      send: inspection ? inspection.around({ ...call, send }) : send,
      handler: transform ? transform.around({ ...call, handler }) : handler,
    });
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
export function deliveryOf(
  spec: RouteSpec,
  ofCache: RouteParts,
  inspection: AnswerInspection | undefined,
): Delivery | undefined {
  const { maxResponseBytes, compression } = spec;
  const parts = {
    ...ofCache,
    bound: maxResponseBytes === undefined ? undefined : new AnswerBound(maxResponseBytes),
    compression: compression && new Compression(compression),
    transform: AnswerTransform.of(spec),
    inspection,
  };
  return Object.values(parts).some((part) => part !== undefined) ? new Delivery(parts) : undefined;
}
