import { type ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RequestLog } from '../records/request-log.js';
import { plainAddress } from './client-address.js';
import { problemBody } from './refusal.js';
import { malformed } from './refusals.js';
import { requestIdOf, traceOf } from './trace.js';

/** Node's parser errors, and its own for a head that is too long in coming. */
const ANSWERED = /^(HPE_|ERR_HTTP_REQUEST_TIMEOUT$)/;

/** Refuses what Node's parser could not read as a request. Nothing of it is known, but it is answered and recorded. */
export function refuseBroken(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  log: Pick<RequestLog, 'add'>,
): void {
  if (!socket.writable || !isUnanswered(socket) || !ANSWERED.test(error.code ?? '')) {
    socket.destroy();
    return;
  }
  refuseOnSocket(socket, log, detailOf(error.code), '');
}

/** Answers 400 on a bare socket and closes it. */
export function refuseOnSocket(
  socket: Duplex,
  log: Pick<RequestLog, 'add'>,
  detail: string,
  method: string,
): void {
  const refusal = malformed(detail);
  const requestId = requestIdOf(undefined);
  const body = problemBody(refusal, requestId);
  const exchange = {
    requestId,
    trace: traceOf(undefined),
    method,
    target: '',
    head: { userAgent: '', referrer: '' },
    route: undefined,
    credential: undefined,
    clientAddress: plainAddress(socket instanceof Socket ? socket.remoteAddress : ''),
    status: refusal.status,
    outcome: 'refused' as const,
    code: refusal.code,
    requestBytes: 0,
    responseBytes: Buffer.byteLength(body),
    startedAt: performance.now(),
    dispatchedAt: 0,
    upstreamMs: 0,
  };
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'content-type: application/problem+json',
    `content-length: ${exchange.responseBytes}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  log.add(exchange, () => socket.end(`${head.join('\r\n')}\r\n\r\n${body}`));
}

/** A connection that has sent nothing yet, or is in the middle of an exchange of its own, is closed without a word. */
function isUnanswered(socket: Duplex): boolean {
  if (!(socket instanceof Socket) || socket.bytesRead === 0) return false;
  return !(socket as Socket & { _httpMessage?: ServerResponse | null })['_httpMessage'];
}

const detailOf = (code: string | undefined): string =>
  code === 'HPE_HEADER_OVERFLOW'
    ? 'The headers are larger than 16 KiB.'
    : code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'The request was not complete in time.'
      : 'This is not a well-formed HTTP/1.1 request.';
