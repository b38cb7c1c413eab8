import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Longer than any spec: nobody sends a request on a connection that ends at that moment. */
const KEEP_ALIVE_MS = 600_000;

/** A running server. */
export interface TestServer {
  url: string;
  stop: () => Promise<void>;
}

/** A real HTTP server on a free port, answering as the test says. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** Answers with a JSON document. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}
