import { Readable } from 'node:stream';
import type { Exchange } from '../request/exchange.js';
import { refusals } from '../request/refusals.js';
import type { Serve } from '../routes/route.js';
import type { Credential } from '../tokens/credential.js';
import type { RequestTransform } from '../transform/request-transform.js';
import { BodyMeter } from './body-meter.js';
import type { Delivery } from './delivery.js';
import { dispatchTo, type DispatchOf } from './dispatch-to.js';
import { UpstreamGroup } from './group/upstream-group.js';
import { UpstreamCall } from './upstream-call.js';
import type { UpstreamTarget } from './upstream-target.js';
import { upstreamHeaders } from './upstream-headers.js';

/**
 * Sends what a route lets through to its upstream, and the answer back.
 * @param delivery what stands between the two; `undefined`: nothing.
 * @param transform what is changed of the requests; `undefined`: nothing.
 */
export function forwardTo(
  upstream: UpstreamTarget,
  delivery: Delivery | undefined,
  transform: RequestTransform | undefined,
): Serve {
  const dispatchOf = delivery ? delivered(upstream, delivery) : dispatchTo(upstream);
  if (transform) return transformed(upstream, dispatchOf, transform);
  return (exchange, route, credential) =>
    forward(exchange, upstream, dispatchOf, route.maxBodyBytes, credential);
}

function transformed(upstream: UpstreamTarget, dispatchOf: DispatchOf, transform: RequestTransform): Serve {
  return (exchange, route, credential) => {
    const path = transform.targetOf(exchange, credential, upstream);
    if (typeof path !== 'string') return exchange.refuse(path);
    const dispatch: DispatchOf = (_, __, request) =>
      dispatchOf(exchange, credential, transform.of(request, path, exchange, credential));
    forward(exchange, upstream, dispatch, route.maxBodyBytes, credential);
  };
}

function forward(
  exchange: Exchange,
  upstream: UpstreamTarget,
  dispatchOf: DispatchOf,
  maxBodyBytes: number,
  credential: Credential,
): void {
  if ((exchange.head.contentLength ?? 0) > maxBodyBytes) return exchange.refuse(refusals.bodyTooLarge);
  if (exchange.response.destroyed) return exchange.finish('aborted', () => {}); // left while its token was looked up
  const request = {
    path: upstream.targetOf(exchange.target),
    method: exchange.method,
    headers: upstreamHeaders(exchange, credential),
    body: exchange.hasBody ? bodyOf(exchange, maxBodyBytes) : null,
    headersTimeout: upstream.headersTimeout,
    bodyTimeout: upstream.bodyTimeout,
  };
  const resends = !(upstream.to instanceof UpstreamGroup);
  const call = new UpstreamCall(exchange, dispatchOf(exchange, credential, request), resends);
  if (upstream.totalMs !== undefined) call.endWithin(upstream.totalMs);
  call.start();
}

/** On routes that look at answers, or keep them, before the client gets them. */
function delivered(upstream: UpstreamTarget, delivery: Delivery): DispatchOf {
  const dispatchOf = dispatchTo(upstream);
  return (exchange, credential, request) => (handler) =>
    delivery.answer({
      exchange,
      credential,
      request,
      handler,
      send: (sent, next) => dispatchOf(exchange, credential, sent)(next),
    });
}

function bodyOf(exchange: Exchange, maxBytes: number): Readable {
  const { request, response, head, wholeBody } = exchange;
  if (wholeBody) return Readable.from(wholeBody, { objectMode: false });
  if (head.expect !== undefined) response.writeContinue(); // only now: a refused client need not send its body
  if (!head.chunked) {
    exchange.requestBytes = head.contentLength ?? 0;
    return request;
  }
  const meter = new BodyMeter(maxBytes, (total) => {
    exchange.requestBytes = total;
  });
  request.once('error', (error) => meter.destroy(error)); // pipe() does not pass it on
  return request.pipe(meter);
}
