import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { constants, type Http2ServerRequest, type ServerHttp2Stream } from 'node:http2';
import { agreedFields } from './handshake.js';
import type { Upgrade } from './upgrade.js';

/** Whether a request asks for its stream to be a WebSocket (RFC 8441 §5), and for nothing besides. */
export const isExtendedHandshake = ({ headers, stream }: Http2ServerRequest): boolean =>
  headers[':protocol'] === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  headers['content-length'] === undefined &&
  !stream.endAfterHeaders;

/** A stream of HTTP/2 that becomes a WebSocket; the connection's other streams go on. */
export class Http2Upgrade implements Upgrade {
  readonly early = Buffer.alloc(0);
  /** The client has none to show: there is no doubt about what it speaks. */
  readonly key = randomBytes(16).toString('base64');

  constructor(readonly client: ServerHttp2Stream) {}

  accept(headers: IncomingHttpHeaders, requestId: string): number {
    this.client.respond({
      ':status': 200,
      ...Object.fromEntries(agreedFields(headers)),
      'x-request-id': requestId,
    });
    return 200;
  }

  /** What ends a connection of HTTP/1.1 without its Close is a reset here (RFC 8441 §5). */
  cutOff(): void {
    this.client.close(constants.NGHTTP2_CANCEL);
  }
}
