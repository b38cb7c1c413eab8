import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Arrival } from '../request/arrival.js';
import type { Connection } from './connection.js';
import { Http2Answer } from './http2-answer.js';
import { http1Headers } from './http2-head.js';
import type { SlowClients } from './pace/slow-clients.js';
import { Http2Upgrade, isExtendedHandshake } from './web-socket/http2-upgrade.js';

/** A request over HTTP/2 as HTTP/1.1 would have it. */
export function http2Arrival(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  connection: Connection,
  slowClients: SlowClients,
): Arrival {
  const answer = new Http2Answer(response, slowClients);
  if (request.headers[':protocol'] !== undefined) return extendedConnect(request, answer, connection);
  const headers = http1Headers(request.rawHeaders, !request.stream.endAfterHeaders);
  return { request, headers, body: request, response: answer, connection };
}

/** A CONNECT that asks for another protocol on its stream (RFC 8441 §4): HTTP/1.1 has a GET for it, and `Upgrade`. */
function extendedConnect(
  request: Http2ServerRequest,
  response: Http2Answer,
  connection: Connection,
): Arrival {
  const { httpVersion, url, headers, rawHeaders, stream } = request;
  return {
    request: { httpVersion, method: 'GET', url, headers, rawHeaders },
    headers: http1Headers(rawHeaders, false),
    body: undefined,
    response,
    connection,
    upgrade: isExtendedHandshake(request) ? new Http2Upgrade(stream) : undefined,
  };
}
