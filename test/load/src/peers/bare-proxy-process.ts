import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { type Dispatcher, Pool } from 'undici';

/**
 * What Node can do at best: a proxy over `node:http` and undici that looks at nothing, records nothing and trusts
 * everybody. Started as `bare-proxy-process.js <port> <upstream>`.
 */
const [port, upstream] = process.argv.slice(2);
const pool = new Pool(upstream!, { connections: 128, pipelining: 1 });

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart(_controller, status, headers) {
      response.writeHead(status, headers);
    },
    onResponseData(_controller, chunk) {
      response.write(chunk);
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError() {
      if (!response.headersSent) response.writeHead(502);
      response.end();
    },
  };
  const { method = 'GET', url = '/', headers } = request;
  const { connection: _, host: __, ...forwarded } = headers;
  const hasBody = 'content-length' in headers || 'transfer-encoding' in headers;
  pool.dispatch({ method, path: url, headers: forwarded, body: hasBody ? request : null }, handler);
});
server.on('connection', (socket: Socket) => socket.setNoDelay(true));
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
