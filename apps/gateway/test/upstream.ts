import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Queries of /reset-once. */
const seen = new Set<string>();
/** Who waits for events. */
let listening: ServerResponse | undefined;
const CHUNK = Buffer.alloc(64 * 1024, 'x');

/** A small real API: each path behaves in its own way. */
export class Upstream {
  /** Calls that were broken off before they were answered. */
  aborted = 0;
  received = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.received++;
      response.on('close', () => {
        if (!response.writableFinished) this.aborted++;
      });
      answer(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 60_000;
  }

  static async start(port = 0): Promise<Upstream> {
    const upstream = new Upstream();
    await new Promise<void>((resolve) => upstream.server.listen(port, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://upstream');
  const size = Number(url.searchParams.get('size') ?? 0);
  switch (url.pathname) {
    case '/hang':
      return;
    case '/reset':
      return void response.destroy();
    case '/reset-once': {
      const first = !seen.has(url.search);
      seen.add(url.search);
      return void (first ? response.destroy() : response.end('second time'));
    }
    case '/half':
      response.writeHead(200, { 'content-length': 100 }).write('half of it');
      return void setImmediate(() => response.destroy());
    case '/stall':
      return void response.writeHead(200, { 'content-length': 100 }).write('half of it');
    case '/bytes':
      response.writeHead(200, { 'content-length': size });
      return pipeline(Readable.from(chunks(size)), response);
    case '/chunks':
      return pipeline(Readable.from(chunks(size)), response);
    case '/events':
      listening = response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void listening.write('data: 1\n\n');
    case '/next-event':
      listening?.write('data: 2\n\n');
      return void response.end();
    case '/count': {
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      return void response.end(String(bytes));
    }
    case '/echo':
      return pipeline(request, response);
    case '/cookies':
      return void response
        .writeHead(201, {
          'set-cookie': ['a=1', 'b=2'],
          connection: 'x-hop',
          'x-hop': '1',
          'x-request-id': 'theirs',
        })
        .end();
    default:
      request.resume();
      return void response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ method: request.method, url: request.url, headers: request.rawHeaders }));
  }
}

function* chunks(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= CHUNK.length)
    yield left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
}
