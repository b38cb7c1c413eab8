import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from '../request/exchange.js';
import { addIdentity } from '../request/identity-headers.js';
import type { Credential } from '../tokens/credential.js';

const PSEUDONYM = '1.1 gatehouse';

/** The headers of a request as the upstream gets it: the caller's own, and ours about him. Host is the upstream's. */
export function upstreamHeaders(exchange: Exchange, credential: Credential): string[] {
  const { head, requestId, clientAddress } = exchange;
  const headers = head.forward;
  headers.push(
    'via',
    head.via === '' ? PSEUDONYM : `${head.via}, ${PSEUDONYM}`,
    'x-forwarded-for',
    clientAddress,
    'x-forwarded-proto',
    exchange.scheme,
    'x-forwarded-host',
    head.host ?? '',
    'x-request-id',
    requestId,
  );
  addIdentity(headers, exchange, credential);
  if (exchange.hasBody && !head.chunked) headers.push('content-length', `${head.contentLength}`);
  return headers;
}

/** Hop by hop (RFC 9110 §7.6.1); the request id is the gateway's. */
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'transfer-encoding',
  'trailer',
  'te',
  'upgrade',
  'x-request-id',
]);

/** The headers of an answer as the client gets them, as a flat list. */
export function answerHeaders(
  headers: IncomingHttpHeaders,
  { requestId, route, routeHeaders }: Exchange,
): string[] {
  const connection = headers.connection;
  const named =
    connection === undefined || connection === 'keep-alive' || connection === 'close'
      ? undefined
      : new Set(
          connection
            .toLowerCase()
            .split(',')
            .map((option) => option.trim()),
        );
  const replaced = route?.answerHeaders?.replaced;
  const list = ['x-request-id', requestId, ...routeHeaders];
  for (const name in headers) {
    if (DROPPED.has(name) || named?.has(name) || replaced?.has(name)) continue;
    const value = headers[name];
    if (typeof value === 'string') list.push(name, value);
    else if (value) for (const one of value) list.push(name, one);
  }
  return list;
}
