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
import type { SentRequest } from './send.js';
import type { UpstreamTarget } from './upstream-target.js';
import { upstreamHeaders, upstreamLines } from './upstream-headers.js';
import { UpstreamPool } from './upstream-pool.js';

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
  if (!delivery && !transform && upstream.to instanceof UpstreamPool) return direct(upstream, upstream.to);
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

/** Where nothing stands between a route and its upstream: the shortest way. */
function direct(upstream: UpstreamTarget, pool: UpstreamPool): Serve {
  const { headersTimeout, bodyTimeout } = upstream;
  const bySteps = dispatchTo(upstream);
  return (exchange, route, credential) => {
    const { method, wholeBody: body = null } = exchange;
    const isWhole = body !== null || !exchange.hasBody;
    const lines = isWhole ? upstreamLines(exchange, credential) : undefined;
    if (lines === undefined) return forward(exchange, upstream, bySteps, route.maxBodyBytes, credential);
    if (!mayGo(exchange, route.maxBodyBytes)) return;
    const path = upstream.targetOf(exchange.target);
    const request = { path, method, lines, body, headersTimeout, bodyTimeout };
    begin(new UpstreamCall(exchange, (handler) => pool.send(request, handler)), upstream);
  };
}

function begin(call: UpstreamCall, { totalMs }: UpstreamTarget): void {
  if (totalMs !== undefined) call.endWithin(totalMs);
  call.start();
}

/** Whether the body is not too large, and the client still there: it may have left while its token was looked up. */
function mayGo(exchange: Exchange, maxBodyBytes: number): boolean {
  if ((exchange.head.contentLength ?? 0) > maxBodyBytes) exchange.refuse(refusals.bodyTooLarge);
  else if (exchange.response.destroyed) exchange.finish('aborted', () => {});
  else return true;
  return false;
}

function forward(
  exchange: Exchange,
  upstream: UpstreamTarget,
  dispatchOf: DispatchOf,
  maxBodyBytes: number,
  credential: Credential,
): void {
  if (!mayGo(exchange, maxBodyBytes)) return;
  const request = {
    path: upstream.targetOf(exchange.target),
    method: exchange.method,
    headers: upstreamHeaders(exchange, credential),
    body: bodyOf(exchange, maxBodyBytes),
    headersTimeout: upstream.headersTimeout,
    bodyTimeout: upstream.bodyTimeout,
  };
  const resends = !(upstream.to instanceof UpstreamGroup);
  begin(new UpstreamCall(exchange, dispatchOf(exchange, credential, request), resends), upstream);
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

function bodyOf(exchange: Exchange, maxBytes: number): SentRequest['body'] {
  const { body, response, head, wholeBody } = exchange;
  if (!exchange.hasBody) return null;
  if (wholeBody || !body) return wholeBody ?? null;
  if (head.expect !== undefined) response.writeContinue(); // only now: a refused client need not send its body
  if (!head.chunked) {
    exchange.requestBytes = head.contentLength ?? 0;
    return body;
  }
  const meter = new BodyMeter(maxBytes, (total) => {
    exchange.requestBytes = total;
  });
  body.once('error', (error) => meter.destroy(error)); // pipe() does not pass it on
  return body.pipe(meter);
}
