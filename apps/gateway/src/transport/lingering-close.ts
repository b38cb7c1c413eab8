import type { Socket } from 'node:net';
import { Counter } from '@gatehouse/service';
import type { Bounds } from './bounds.js';

const CHECK_MS = 1_000;

/** What connections are closed within, once their last answer is written. */
export type LingerBounds = Pick<
  Bounds,
  'lingerSeconds' | 'lingerIdleSeconds' | 'lingerBytes' | 'idleSeconds'
>;

const cutOffs = new Counter({
  name: 'gatehouse_gateway_lingering_cut_off_total',
  help: 'Connections whose clients went on sending behind the last answer, or kept them open, until a bound',
  labelNames: ['bound'],
});

/**
 * Closes connections as RFC 9112 §9.6 has it: the system resets a connection that is closed while something of its
 * client is unread or on its way, and with the reset the client loses an answer that it has not read yet. So only our
 * side is closed, and what still comes is thrown away until the client closes as well, or a bound is reached.
 */
export class LingeringClose {
  private readonly closing = new Map<Socket, Farewell>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly bounds: LingerBounds) {}

  start(): void {
    this.timer = setInterval(() => this.check(), CHECK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** From now on the connection is closed so, by whoever ends it with `destroySoon()`, as Node's HTTP server does. */
  adopt(socket: Socket): void {
    socket.destroySoon = () => this.close(socket);
  }

  /** Whether it has had its last answer. */
  isClosing(socket: Socket): boolean {
    return this.closing.has(socket);
  }

  private close(socket: Socket): void {
    if (socket.destroyed || this.closing.has(socket)) return;
    this.closing.set(socket, new Farewell(socket, this.bounds));
    socket.once('close', () => this.closing.delete(socket));
  }

  private check(): void {
    const now = performance.now();
    for (const farewell of this.closing.values()) farewell.check(now);
  }
}

/** A connection that is read to its end. */
class Farewell {
  private bytesLeft: number;
  private moved = -1;
  private quietSince = performance.now();
  private writtenAt: number | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly bounds: LingerBounds,
  ) {
    this.bytesLeft = bounds.lingerBytes;
    socket.on('error', () => socket.destroy());
    socket.end();
    // Node's parser, where it has the connection, is what goes on reading a paused one.
    if (socket.isPaused()) socket.once('resume', () => this.discardAll()).resume();
    else this.discardAll();
  }

  check(now: number): void {
    const { socket, bounds, moved } = this;
    const isWritten = socket.writableFinished;
    if (isWritten) this.writtenAt ??= now;
    // An answer that its client takes slowly is looked after elsewhere; here nobody waits for one that stands still.
    this.moved = isWritten ? socket.bytesRead : socket.bytesWritten - socket.writableLength;
    if (this.moved !== moved) this.quietSince = now;
    const idleSeconds = isWritten ? bounds.lingerIdleSeconds : bounds.idleSeconds;
    if (now - this.quietSince >= idleSeconds * 1_000) this.cutOff('idle');
    else if (now - (this.writtenAt ?? now) >= bounds.lingerSeconds * 1_000) this.cutOff('seconds');
  }

  /** Nobody takes what comes for a request any more. */
  private discardAll(): void {
    this.socket.removeAllListeners('data').on('data', (chunk: Buffer) => {
      this.bytesLeft -= chunk.length;
      if (this.bytesLeft < 0) this.cutOff('bytes');
    });
  }

  private cutOff(bound: 'idle' | 'seconds' | 'bytes'): void {
    if (this.socket.destroyed) return;
    cutOffs.inc({ bound });
    this.socket.destroy();
  }
}
