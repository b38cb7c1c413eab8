import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { acceptOf, agreedFields } from './handshake.js';
import type { Upgrade } from './upgrade.js';

/** A connection that becomes a WebSocket (RFC 6455 §4). */
export class Http1Upgrade implements Upgrade {
  readonly key: string;

  constructor(
    request: IncomingMessage,
    /** Goes out on the connection as long as it is one of HTTP. */
    private readonly response: ServerResponse,
    readonly client: Socket,
    readonly early: Buffer,
  ) {
    this.key = request.headers['sec-websocket-key'] ?? '';
  }

  accept(headers: IncomingHttpHeaders, requestId: string): number {
    const { client, response, key } = this;
    response.detachSocket(client);
    const head = [
      'HTTP/1.1 101 Switching Protocols',
      'upgrade: websocket',
      'connection: Upgrade',
      `sec-websocket-accept: ${acceptOf(key)}`,
      ...agreedFields(headers).map(([name, value]) => `${name}: ${value}`),
      `x-request-id: ${requestId}`,
    ];
    client.write(`${head.join('\r\n')}\r\n\r\n`);
    return 101;
  }

  cutOff(): void {
    this.client.destroy();
  }
}
