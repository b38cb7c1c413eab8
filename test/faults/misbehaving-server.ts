import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * What a server in trouble does with a connection: takes it and says nothing, resets it, answers with something that is
 * not HTTP, begins an answer and stops, sends one byte at a time without an end, or works.
 */
export type Trouble = 'silent' | 'reset' | 'garbage' | 'half-open' | 'dripping' | 'none';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** A TCP server that misbehaves on demand, beneath what an HTTP server would let a test do. */
export class MisbehavingServer {
  trouble: Trouble = 'none';
  /** Requests that reached it. */
  requests = 0;
  /** Answers that have no end and are still being written. */
  dripping = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('data', () => this.serve(socket));
    });
  }

  static async start(): Promise<MisbehavingServer> {
    const one = new MisbehavingServer();
    await new Promise<void>((resolve) => one.server.listen(0, '127.0.0.1', resolve));
    return one;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Every connection that is there breaks. */
  breakAll(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.breakAll();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.requests++;
    switch (this.trouble) {
      case 'none':
        return void socket.write(ANSWER);
      case 'silent':
        return;
      case 'reset':
        return void socket.resetAndDestroy();
      case 'garbage':
        return void socket.end('SSH-2.0-OpenSSH_9.6\r\n');
      case 'half-open':
        return void socket.write('HTTP/1.1 200 OK\r\ncontent-le');
      case 'dripping': {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
        this.dripping++;
        const drip = setInterval(() => socket.write('.'), 20);
        socket.once('close', () => {
          clearInterval(drip);
          this.dripping--;
        });
      }
    }
  }
}
