import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { errors } from 'undici';
import type { AnswerHead } from './answer-head.js';
import { AnswerReader, type AnswerSink } from './answer-reader.js';
import type { LaneCall } from './lane-call.js';

/** Who hands out connections. */
export interface ConnectionKeeper {
  /** Milliseconds of a coarse clock. */
  readonly now: number;
  /** It can take another request. */
  freed(connection: UpstreamConnection): void;
  gone(connection: UpstreamConnection): void;
}

/** A connection to an upstream: one request at a time. */
export class UpstreamConnection implements AnswerSink {
  /** On the keeper's clock: what is idle for longer is closed. */
  idleUntil = 0;
  private readonly reader = new AnswerReader(this);
  private call: LaneCall | undefined;
  private keepsAlive = true;
  private keepAliveMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly socket: Socket,
    private readonly keeper: ConnectionKeeper,
  ) {
    socket
      .on('data', (chunk: Buffer) => this.take(chunk))
      .on('end', () => this.onEnd())
      .on('error', (error) => this.fail(error))
      .on('close', () => {
        if (this.call) this.fail(otherSideClosed());
        keeper.gone(this);
      });
  }

  get isUsable(): boolean {
    return this.socket.writable && !this.socket.destroyed;
  }

  /** @param text the head; the body, if any, comes behind it in one piece. */
  send(call: LaneCall, text: string, body: Buffer | null): void {
    const { socket } = this;
    this.call = call;
    call.begin(this, socket);
    this.reader.expect(call.method);
    if (!body) return void socket.write(text, 'latin1');
    socket.cork();
    socket.write(text, 'latin1');
    socket.write(body);
    socket.uncork();
  }

  /** Nobody needs it for now. */
  rest(maxMs: number): void {
    this.idleUntil = this.keeper.now + Math.min(maxMs, this.keepAliveMs);
  }

  /** Ends calls that take too long. */
  check(now: number): void {
    const error = this.call?.overdue(now);
    if (error) this.breakOff(error);
  }

  /** Gives the answer up, and the connection with it. */
  breakOff(error: Error): void {
    this.fail(error);
    this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  head(head: AnswerHead): void {
    const { call } = this;
    this.keepsAlive = head.keepsAlive;
    this.keepAliveMs = head.keepAliveMs;
    call?.headCame(head, this.keeper.now);
    call?.handler.onResponseStart?.(call, head.status, head.headers);
  }

  data(chunk: Buffer): void {
    const { call } = this;
    call?.dataCame(this.keeper.now);
    call?.handler.onResponseData?.(call, chunk);
  }

  end(trailers: IncomingHttpHeaders, isLast: boolean): void {
    const { call, socket } = this;
    if (!call) return;
    this.call = undefined;
    if (call.paused) socket.resume();
    // What came behind it was not asked for, and what was not sent yet nobody has read.
    if (this.keepsAlive && isLast && socket.writableLength === 0) this.keeper.freed(this);
    else socket.destroy();
    call.end(trailers);
  }

  private take(chunk: Buffer): void {
    if (!this.call) return void this.socket.destroy();
    try {
      this.reader.take(chunk);
    } catch (error) {
      this.breakOff(error as Error);
    }
  }

  private onEnd(): void {
    if (this.call && !this.reader.close()) this.fail(otherSideClosed());
    this.socket.destroy();
  }

  private fail(error: Error): void {
    const { call } = this;
    if (!call) return;
    this.call = undefined;
    this.reader.stop();
    call.fail(error);
  }
}

const otherSideClosed = (): Error => new errors.SocketError('other side closed');
