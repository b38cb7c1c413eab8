import type { Exchange } from '../request/exchange.js';
import { addIdentity, identityOf } from '../request/identity-headers.js';
import type { Credential } from '../tokens/credential.js';

const PSEUDONYM = '1.1 gatehouse';

/** The headers of a request as the upstream gets it: the caller's own, and ours about him. Host is the upstream's. */
export function upstreamHeaders(exchange: Exchange, credential: Credential): string[] {
  const { head, requestId, clientAddress } = exchange;
  const headers = [...head.forward];
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

/** The same as lines of a head, but for the length of a body; `undefined`: they do not fit in one. */
export function upstreamLines(exchange: Exchange, credential: Credential): string | undefined {
  const { head, requestId, clientAddress, scheme, trace } = exchange;
  const { lines } = identityOf(credential);
  const { forwardLines } = head;
  if (lines === undefined || forwardLines === undefined) return undefined;
  const via = head.via === '' ? PSEUDONYM : `${head.via}, ${PSEUDONYM}`;
  return (
    `${forwardLines}via: ${via}\r\nx-forwarded-for: ${clientAddress}\r\nx-forwarded-proto: ${scheme}\r\n` +
    `x-forwarded-host: ${head.host ?? ''}\r\nx-request-id: ${requestId}\r\ntraceparent: ${trace.traceparent}\r\n${lines}`
  );
}
