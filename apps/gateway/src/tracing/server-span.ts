import { type Attributes, SpanKind, type SpanStatus, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { hrTimeDuration, millisToHrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { EndedExchange } from '../records/ended-exchange.js';
import { withoutSecrets } from '../request/request-target.js';
import type { SpanIds } from '../request/trace.js';

const SCOPE = { name: 'gatehouse' };
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);
const NONE: never[] = [];

/** A request that has ended, as a span: the names are those of OpenTelemetry's semantic conventions for HTTP servers. */
export function serverSpan(
  exchange: EndedExchange,
  { spanId, parentSpanId }: SpanIds,
  { endedAt, resource }: { readonly endedAt: number; readonly resource: Resource },
): ReadableSpan {
  const { traceId } = exchange.trace;
  const wallMs = Date.now() - performance.now();
  const startTime = millisToHrTime(wallMs + exchange.startedAt);
  const endTime = millisToHrTime(wallMs + endedAt);
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return {
    name: nameOf(exchange),
    kind: SpanKind.SERVER,
    spanContext: () => context,
    ...(parentSpanId !== undefined && {
      parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: true },
    }),
    startTime,
    endTime,
    duration: hrTimeDuration(startTime, endTime),
    status: statusOf(exchange),
    attributes: attributesOf(exchange, endedAt),
    links: NONE,
    events: NONE,
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Few names for many requests: the route's pattern stands for the path. */
function nameOf({ method, route }: EndedExchange): string {
  const known = METHODS.has(method) ? method : 'HTTP';
  return route ? `${known} ${route.path}` : known;
}

const isError = ({ status, outcome }: EndedExchange): boolean => status >= 500 || outcome === 'failed';

const statusOf = (exchange: EndedExchange): SpanStatus => ({
  code: isError(exchange) ? SpanStatusCode.ERROR : SpanStatusCode.UNSET,
});

/** Whatever a query or a token says is not among them. */
function attributesOf(exchange: EndedExchange, endedAt: number): Attributes {
  const { method, target, route, holder, head, status, code } = exchange;
  return {
    ...(METHODS.has(method)
      ? { 'http.request.method': method }
      : { 'http.request.method': '_OTHER', 'http.request.method_original': method.slice(0, 32) }),
    ...(route && { 'http.route': route.path, 'gatehouse.route': route.id, 'gatehouse.tenant': route.tenant }),
    ...(status > 0 && { 'http.response.status_code': status }),
    ...(isError(exchange) && { 'error.type': code || `${status}` }),
    'url.scheme': exchange.scheme,
    'url.path': withoutSecrets(target.split('?', 1)[0]!).slice(0, 1_024),
    'network.protocol.version': exchange.httpVersion,
    'client.address': exchange.clientAddress,
    ...(head.userAgent !== '' && { 'user_agent.original': head.userAgent.slice(0, 256) }),
    'http.request.body.size': exchange.requestBytes,
    'http.response.body.size': exchange.responseBytes,
    ...(holder && { 'gatehouse.token_id': holder.tokenId }),
    'gatehouse.request_id': exchange.requestId,
    'gatehouse.outcome': exchange.outcome,
    ...(code !== '' && { 'gatehouse.code': code }),
    'gatehouse.own_ms': (exchange.dispatchedAt || endedAt) - exchange.startedAt,
    'gatehouse.upstream_ms': exchange.upstreamMs,
  };
}
