import { connect, type Socket } from 'node:net';

/**
 * How a client takes its time: with the head of a request, with its body, with the answer, which it does not read, or
 * with its next request; `silent` says nothing at all.
 */
export type Slowness = 'head' | 'body' | 'reader' | 'kept-alive' | 'silent';

const DRIP_MS = 200;

/** A client that holds on to a connection for as long as it is let. */
export class SlowClient {
  /** What came back. */
  received = '';
  isOver = false;
  private readonly socket: Socket;
  private drip: NodeJS.Timeout | undefined;

  /** @param localAddress of the loopback network, which its connection comes from. */
  constructor(
    readonly slowness: Slowness,
    private readonly port: number,
    private readonly token: string,
    localAddress: string,
  ) {
    this.socket = connect({ port, host: '127.0.0.1', localAddress });
    this.socket.once('connect', () => this.begin());
    this.socket.on('error', () => {});
    this.socket.once('close', () => {
      clearInterval(this.drip);
      this.isOver = true;
    });
    if (slowness !== 'reader')
      this.socket.on('data', (chunk: Buffer) => {
        this.received += chunk.toString('latin1');
      });
  }

  /** Status of what came back; 0: nothing did. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.received)?.[1] ?? 0);
  }

  /** Of one that does not read: now it does, and gets what there is, and perhaps the end. */
  read(): void {
    this.socket.resume();
  }

  leave(): void {
    this.socket.destroy();
  }

  private begin(): void {
    const { socket, slowness } = this;
    switch (slowness) {
      case 'head':
        socket.write(`GET /demo/x HTTP/1.1\r\nhost: 127.0.0.1:${this.port}\r\nx-slow: `);
        return this.dripping();
      case 'body':
        socket.write(this.head('POST', '/demo/count', 'content-length: 1000000\r\n'));
        return this.dripping();
      case 'reader':
        return void socket.write(this.head('GET', '/demo/bytes?size=100000000', ''));
      case 'kept-alive':
        return void socket.write(this.head('GET', '/demo/x', ''));
      case 'silent':
    }
  }

  private head(method: string, target: string, more: string): string {
    return `${method} ${target} HTTP/1.1\r\nhost: 127.0.0.1:${this.port}\r\nauthorization: Bearer ${this.token}\r\n${more}\r\n`;
  }

  private dripping(): void {
    this.drip = setInterval(() => this.socket.write('.'), DRIP_MS);
  }
}
