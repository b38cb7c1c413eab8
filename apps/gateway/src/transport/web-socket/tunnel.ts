import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { Exchange } from '../../request/exchange.js';
import { FrameBoundary } from './frame-boundary.js';

/** How long the other side may take to end what was closed. */
const CLOSE_MS = 2_000;

/** One WebSocket: bytes go both ways as they are until either side, or the gateway, ends it. */
export class Tunnel {
  private readonly frames = new FrameBoundary();

  constructor(
    readonly exchange: Exchange,
    private readonly client: Socket,
    private readonly upstream: Duplex,
    /** Asked again and again while it is open. */
    readonly isAllowed: (nowMs: number) => boolean,
  ) {}

  /** @param early what the client sent behind its handshake. @param onClosed called once. */
  open(early: Buffer, idleMs: number, onClosed: () => void): void {
    const { client, upstream, frames, exchange } = this;
    client.setTimeout(idleMs, () => this.close(1001));
    client.on('data', (chunk: Buffer) => {
      exchange.requestBytes += chunk.length;
    });
    if (early.length > 0) client.unshift(early);
    client.pipe(upstream);
    upstream.pipe(frames).pipe(client);
    client.once('close', () => {
      upstream.destroy();
      exchange.responseBytes = frames.bytes;
      exchange.finish('served', () => {});
      onClosed();
    });
    upstream.on('error', () => client.destroy()).once('close', () => this.endClient());
  }

  /** Tells the client why (RFC 6455 §7.4.1), and ends both sides. */
  close(code: 1001 | 1008): void {
    this.frames.closeWith(code);
    this.endClient();
  }

  /** What is on its way to the client still gets there. */
  private endClient(): void {
    setTimeout(() => this.client.destroy(), CLOSE_MS).unref();
  }
}
