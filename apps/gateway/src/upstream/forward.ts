import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../request/exchange.js';
import { refusals } from '../request/refusals.js';
import type { Serve } from '../routes/serve.js';
import type { Credential } from '../tokens/credential.js';
import { BodyMeter } from './body-meter.js';
import { UpstreamGroup } from './group/upstream-group.js';
import { UpstreamCall } from './upstream-call.js';
import type { UpstreamTarget } from './upstream-target.js';
import { upstreamHeaders } from './upstream-headers.js';

/** Sends what a route lets through to its upstream, and the answer back. */
export const forwardTo =
  (upstream: UpstreamTarget): Serve =>
  (exchange, route, credential) =>
    forward(exchange, upstream, route.maxBodyBytes, credential);

function forward(
  exchange: Exchange,
  upstream: UpstreamTarget,
  maxBodyBytes: number,
  credential: Credential,
): void {
  if ((exchange.head.contentLength ?? 0) > maxBodyBytes) return exchange.refuse(refusals.bodyTooLarge);
  if (exchange.response.destroyed) return exchange.finish('aborted', () => {}); // left while its token was looked up
  const options = {
    path: upstream.targetOf(exchange.target),
    method: exchange.method,
    headers: upstreamHeaders(exchange, credential),
    body: exchange.hasBody ? bodyOf(exchange, maxBodyBytes) : null,
    headersTimeout: upstream.headersTimeout,
    bodyTimeout: upstream.bodyTimeout,
  };
  const call =
    upstream.to instanceof UpstreamGroup
      ? new UpstreamCall(exchange, upstream.to.senderOf(exchange, credential, options), false)
      : callTo(exchange, upstream.to, options);
  if (upstream.totalMs !== undefined) call.endWithin(upstream.totalMs);
  call.start();
}

const callTo = (
  exchange: Exchange,
  to: Exclude<UpstreamTarget['to'], UpstreamGroup>,
  options: Dispatcher.DispatchOptions,
): UpstreamCall => new UpstreamCall(exchange, (handler) => void to.dispatch(options, handler));

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
