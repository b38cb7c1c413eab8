import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import {
  type ClientHttp2Session,
  constants,
  createServer as createHttp2Server,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export const listening = (server: Server | Http2Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
export const portOf = (server: Server | Http2Server): number => (server.address() as AddressInfo).port;

/** Takes WebSockets over HTTP/1.1, which is what clients for tests speak, and opens each as a stream of a session (RFC 8441). */
export function bridgeTo(session: () => ClientHttp2Session): Server {
  return createServer().on('upgrade', (asked: IncomingMessage, client: Duplex) => {
    const { host, connection, upgrade, 'sec-websocket-key': key, ...headers } = asked.headers;
    const stream = session().request(
      {
        ...headers,
        ':method': 'CONNECT',
        ':protocol': 'websocket',
        ':path': asked.url,
        ':authority': host,
      },
      { endStream: false },
    );
    stream.on('error', () => client.destroy()).once('close', () => client.destroy());
    const left = () => stream.close(constants.NGHTTP2_CANCEL);
    client
      .on('error', () => {})
      .once('end', left)
      .once('close', left);
    stream.once('response', (answer) => {
      const status = answer[':status'];
      if (status !== 200) return client.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
      const protocol = String(answer['sec-websocket-protocol']);
      const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
      client.write(
        `HTTP/1.1 101 Open\r\nconnection: ${connection}\r\nupgrade: ${upgrade}\r\n` +
          `sec-websocket-accept: ${accept}\r\nsec-websocket-protocol: ${protocol}\r\n\r\n`,
      );
      client.off('end', left).pipe(stream).pipe(client);
    });
  });
}

/** An upstream of HTTP/2 whose streams may be WebSockets: it has them served by one of HTTP/1.1. */
export function tunnellingUpstream(to: Server, seen: IncomingHttpHeaders[]): Http2Server {
  const server = createHttp2Server({ settings: { enableConnectProtocol: true } });
  return server.on('stream', (stream: ServerHttp2Stream, fields: IncomingHttpHeaders) => {
    seen.push(fields);
    const plain = Object.entries(fields).filter(([name]) => !name.startsWith(':'));
    const headers = {
      ...Object.fromEntries(plain),
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    request({ port: portOf(to), path: fields[':path'], headers })
      .on('upgrade', (answer, socket) => {
        stream.respond({
          ':status': 200,
          'sec-websocket-protocol': answer.headers['sec-websocket-protocol'],
        });
        stream.on('error', () => {}).once('close', () => socket.destroy());
        stream.pipe(socket).pipe(stream);
      })
      .end();
  });
}
