import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestLog } from '../records/request-log.js';
import { plainAddress } from './client-address.js';
import { problemBody, type Refusal } from './refusal.js';
import { malformed, refusals } from './refusals.js';
import { requestIdOf, traceOf } from './trace.js';

/** Node's parser errors, and its own for a head that is too long in coming. */
const ANSWERED = /^(HPE_|ERR_HTTP_REQUEST_TIMEOUT$)/;

/** Sockets that have had their answer: Node reports the end of a broken connection as one more error. */
const refused = new WeakSet<Socket>();

/** Refuses what Node's parser could not read as a request. Nothing of it is known, but it is answered and recorded. */
export function refuseBroken(
  error: NodeJS.ErrnoException,
  socket: Socket,
  log: Pick<RequestLog, 'add'>,
): void {
  if (refused.has(socket)) return;
  const earlier = responseOn(socket);
  // What came before the broken part still gets its answer, then the connection ends.
  if (earlier?.req.complete && socket.writable) earlier.shouldKeepAlive = false;
  else if (!earlier && isAnswerable(error, socket)) refuseOnSocket(socket, log, refusalOf(error.code), '');
  else socket.destroy();
}

/** Answers on a bare socket and closes it. */
export function refuseOnSocket(
  socket: Socket,
  log: Pick<RequestLog, 'add'>,
  refusal: Refusal,
  method: string,
): void {
  refused.add(socket);
  const requestId = requestIdOf(undefined);
  const body = problemBody(refusal, requestId);
  const exchange = {
    requestId,
    trace: traceOf(undefined),
    method,
    target: '',
    scheme: 'http' as const,
    httpVersion: '',
    head: { userAgent: '', referrer: '' },
    route: undefined,
    requirement: undefined,
    holder: undefined,
    refusedBy: 'request',
    findings: [],
    viewAgeMs: Number.NaN,
    clientAddress: plainAddress(socket.remoteAddress),
    status: refusal.status,
    outcome: 'refused' as const,
    code: refusal.code,
    requestBytes: 0,
    responseBytes: Buffer.byteLength(body),
    startedAt: performance.now(),
    dispatchedAt: 0,
    upstreamMs: 0,
    cache: '' as const,
    limit: '',
    waitedMs: 0,
    credits: 0,
  };
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'content-type: application/problem+json',
    `content-length: ${exchange.responseBytes}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  log.add(exchange, () => {
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
  });
}

/** A connection that has sent nothing is closed without a word. */
const isAnswerable = (error: NodeJS.ErrnoException, socket: Socket): boolean =>
  socket.writable && socket.bytesRead > 0 && ANSWERED.test(error.code ?? '');

/** The response under way, as Node's own handler of this event finds it. */
const responseOn = (socket: Socket): ServerResponse | null | undefined =>
  (socket as Socket & { _httpMessage?: ServerResponse | null })['_httpMessage'];

function refusalOf(code: string | undefined): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refusals.requestTooSlow;
  return malformed(
    code === 'HPE_HEADER_OVERFLOW'
      ? 'The headers are larger than is taken here.'
      : 'This is not a well-formed HTTP/1.1 request.',
  );
}
