import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An upstream that answers what the test tells it to, and remembers what it was asked. */
export class ToldUpstream {
  answer: { status: number; headers: OutgoingHttpHeaders; body: string } = {
    status: 200,
    headers: {},
    body: '',
  };
  readonly requests: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      void this.take(request).then(() => {
        const { status, headers, body } = this.answer;
        response.writeHead(status, headers).end(body);
      });
    });
    this.server.keepAliveTimeout = 600_000;
  }

  static async start(): Promise<ToldUpstream> {
    const upstream = new ToldUpstream();
    await new Promise<void>((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get latest() {
    return this.requests.at(-1)!;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<void> {
    const { url = '', headers } = request;
    this.requests.push({ url, headers, body: await text(request) });
  }
}
