import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the upstream understood it. */
export interface Understood {
  method: string;
  url: string;
  /** Lower-case names, every occurrence. */
  headers: [name: string, value: string][];
}

/**
 * An upstream that reads HTTP as loosely as Node can: what a stricter one would turn away, it takes for a request.
 * Answers with the target it understood, and remembers all of them.
 */
export class LenientUpstream {
  readonly understood: Understood[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer(
      { insecureHTTPParser: true, requireHostHeader: false },
      (request, response) => {
        const { method = '', url = '', rawHeaders } = request;
        const headers: [string, string][] = [];
        for (let i = 0; i < rawHeaders.length; i += 2)
          headers.push([rawHeaders[i].toLowerCase(), rawHeaders[i + 1]]);
        this.understood.push({ method, url, headers });
        request.resume().on('end', () => response.end(url));
      },
    );
    this.server.keepAliveTimeout = 60_000;
  }

  static async start(): Promise<LenientUpstream> {
    const upstream = new LenientUpstream();
    await new Promise<void>((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
