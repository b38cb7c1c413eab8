import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An outside issuer's introspection endpoint (RFC 7662). */
export class IntrospectionEndpoint {
  /** What is said of each token; of others: not active. */
  readonly answers = new Map<string, Record<string, unknown>>();
  asked = 0;
  /** Of every caller. */
  authorization = '';
  down = false;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        this.asked++;
        this.authorization = request.headers.authorization ?? '';
        if (this.down) return void response.writeHead(500).end();
        const token = new URLSearchParams(body).get('token') ?? '';
        const answer = this.answers.get(token) ?? { active: false };
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      });
    });
    this.server.keepAliveTimeout = 600_000;
  }

  static async start(): Promise<IntrospectionEndpoint> {
    const endpoint = new IntrospectionEndpoint();
    await new Promise<void>((resolve) => endpoint.server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/introspect`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
