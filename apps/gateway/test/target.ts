import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a target does with a request: a status, silence until {@link Target.release}, or a broken connection; `half` breaks off within the answer. */
export type Behaviour = number | 'hang' | 'reset' | 'half';

/** One of several upstreams: counts what it gets, and does what the test says. */
export class Target {
  behaviour: Behaviour = 200;
  /** Of its health path. */
  isWell = true;
  checks = 0;
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] =
    [];
  private readonly silent: ServerResponse[] = [];
  private readonly server: Server;

  private constructor(readonly name: string) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 600_000; // a POST that meets the end of a connection is not sent again
  }

  static async start(name: string): Promise<Target> {
    const target = new Target(name);
    await new Promise<void>((resolve) => target.server.listen(0, '127.0.0.1', resolve));
    return target;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Well again, and nothing counted. */
  reset(): void {
    this.behaviour = 200;
    this.isWell = true;
    this.requests.length = 0;
  }

  /** Answers those it was silent to, as it would answer now. */
  release(): void {
    for (const response of this.silent.splice(0)) this.answer(response);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    if (url === '/health') {
      this.checks++;
      return void response.writeHead(this.isWell ? 204 : 503).end();
    }
    this.requests.push({ method, url, headers, body: await text(request) });
    this.answer(response);
  }

  private answer(response: ServerResponse): void {
    const { behaviour } = this;
    if (behaviour === 'hang') return void this.silent.push(response);
    if (behaviour === 'reset') return void response.destroy();
    if (behaviour === 'half') {
      response.writeHead(200, { 'content-length': 100 }).write('half of it');
      return void setImmediate(() => response.destroy());
    }
    response.writeHead(behaviour, { location: 'http://127.0.0.1:1/elsewhere' }).end(this.name);
  }
}
