import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Whether a request is the opening handshake of a WebSocket (RFC 6455 §4.1), and nothing besides. */
export const isHandshake = ({ method, httpVersion, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  httpVersion === '1.1' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  headers['sec-websocket-key'] !== undefined &&
  headers['transfer-encoding'] === undefined &&
  (headers['content-length'] ?? '0') === '0';

const HANDED_ON = ['sec-websocket-accept', 'sec-websocket-protocol', 'sec-websocket-extensions'] as const;

/** The head of the answer that turns a connection into a WebSocket (§4.2.2). */
export function switchingHead(headers: IncomingHttpHeaders, requestId: string): string {
  const lines = HANDED_ON.flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
  );
  const head = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: Upgrade'];
  return `${[...head, ...lines, `x-request-id: ${requestId}`].join('\r\n')}\r\n\r\n`;
}
