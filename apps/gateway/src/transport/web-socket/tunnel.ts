import type { Duplex } from 'node:stream';
import type { Exchange } from '../../request/exchange.js';
import { FrameBoundary } from './frame-boundary.js';
import type { Upgrade } from './upgrade.js';
import type { WebSocketSpec } from './web-socket-spec.js';

/** How long the other side may take to end what was closed. */
const CLOSE_MS = 2_000;

/** One WebSocket: bytes go both ways as they are until either side, or the gateway, ends it. */
export class Tunnel {
  private readonly frames = new FrameBoundary();
  /** `performance.now()` when it has been open for long enough. */
  private readonly endsAt: number;

  constructor(
    readonly exchange: Exchange,
    private readonly upgrade: Upgrade,
    private readonly upstream: Duplex,
    private readonly bounds: WebSocketSpec,
    /** Asked again and again while it is open. */
    private readonly isAllowed: (nowMs: number) => boolean,
  ) {
    const { maxSeconds } = bounds;
    this.endsAt = maxSeconds === undefined ? Infinity : performance.now() + maxSeconds * 1_000;
  }

  /** @param onClosed called once. */
  open(onClosed: () => void): void {
    const { upgrade, upstream, frames, exchange, bounds } = this;
    const { client, early } = upgrade;
    client.setTimeout(bounds.idleSeconds * 1_000, () => this.close(1001));
    client.on('data', (chunk: Buffer) => {
      exchange.requestBytes += chunk.length;
    });
    if (early.length > 0) client.unshift(early);
    client.pipe(upstream);
    upstream.pipe(frames).pipe(client);
    client
      .on('error', () => upgrade.cutOff())
      .once('close', () => {
        upstream.destroy();
        exchange.responseBytes = frames.bytes;
        exchange.finish('served', () => {});
        onClosed();
      });
    upstream.on('error', () => upgrade.cutOff()).once('close', () => this.endClient());
  }

  /** Ends it where it may not go on. @param nowMs wall clock. */
  check(nowMs: number): void {
    if (!this.isAllowed(nowMs)) this.close(1008);
    else if (performance.now() >= this.endsAt) this.close(1001);
  }

  /** Tells the client why (RFC 6455 §7.4.1), and ends both sides. */
  close(code: 1001 | 1008): void {
    this.frames.closeWith(code);
    this.endClient();
  }

  /** What is on its way to the client still gets there. */
  private endClient(): void {
    setTimeout(() => this.upgrade.cutOff(), CLOSE_MS).unref();
  }
}
