import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const AGREED = ['sec-websocket-protocol', 'sec-websocket-extensions'] as const;

/** Whether a request is the opening handshake of a WebSocket (RFC 6455 §4.1), and nothing besides. */
export const isHandshake = ({ method, httpVersion, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  httpVersion === '1.1' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  headers['sec-websocket-key'] !== undefined &&
  headers['transfer-encoding'] === undefined &&
  (headers['content-length'] ?? '0') === '0';

/** `Sec-WebSocket-Accept` of who has read this key (§4.2.2). */
export const acceptOf = (key: string): string =>
  createHash('sha1')
    .update(key + GUID)
    .digest('base64');

/** What client and upstream have agreed upon. */
export const agreedFields = (headers: IncomingHttpHeaders): [name: string, value: string][] =>
  AGREED.flatMap((name) => (headers[name] === undefined ? [] : [[name, [headers[name]].flat().join(', ')]]));
