import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Arrival } from '../../request/arrival.js';
import type { Bounds } from '../bounds.js';
import type { Connection } from '../connection.js';
import { AnswerPace, type WrittenAnswer } from '../pace/paced-answer.js';
import type { SlowClients } from '../pace/slow-clients.js';
import { type AnswerLine, LaneAnswer } from './lane-answer.js';
import { LaneRequest } from './lane-request.js';
import { readRequest } from './read-request.js';

/** What a connection needs of the lane it is on. */
export interface LaneOptions {
  readonly bounds: Bounds;
  readonly slowClients: SlowClients;
  /** Deals with a request. */
  readonly arrive: (arrival: Arrival) => void;
  /** Has Node's parser read all that comes on a connection from now on. */
  readonly handOver: (socket: Socket) => void;
}

/** Who looks after connections. */
export interface ConnectionKeeper {
  /** Each closes when it is idle. */
  readonly isDraining: boolean;
  forget(connection: LaneConnection): void;
}

/** A connection whose requests are plain so far: one after the other, each answered before the next is looked at. */
export class LaneConnection implements AnswerLine, WrittenAnswer {
  readonly keepAliveLines: string;
  private answer: LaneAnswer | undefined;
  /** Came while a request was under way, or before the rest of the next one. */
  private rest: Buffer | undefined;
  private pace: AnswerPace | undefined;
  private movedBytes = 0;
  private quietSince = performance.now();

  constructor(
    readonly socket: Socket,
    private readonly connection: Connection,
    private readonly options: LaneOptions,
    private readonly lane: ConnectionKeeper,
  ) {
    this.keepAliveLines = `connection: keep-alive\r\nkeep-alive: timeout=${options.bounds.keepAliveSeconds}\r\n`;
    socket.on('data', this.onData).on('end', this.onEnd).on('error', this.onError).on('close', this.onClose);
  }

  get writableLength(): number {
    return this.socket.writableLength;
  }

  get destroyed(): boolean {
    return this.socket.destroyed;
  }

  once(event: 'close', listener: () => void): void {
    this.socket.once(event, listener);
  }

  /** What the system still holds of an answer is given up too, which would wait for the client otherwise. */
  reset(): void {
    if (this.socket instanceof TLSSocket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  wrote(bytes: number): void {
    if (!this.pace && this.writableLength > 0) this.pace = new AnswerPace(this, this.options.slowClients);
    this.pace?.wrote(bytes);
  }

  ended(keepsAlive: boolean): void {
    const { socket } = this;
    if (!keepsAlive) {
      socket.once('finish', () => this.answer?.closed());
      socket.destroySoon();
    } else if (socket.writableNeedDrain) socket.once('drain', () => this.goOn());
    else this.goOn();
  }

  /** Closes it if no request is under way. */
  closeIdle(): void {
    if (!this.answer && !this.rest) this.socket.destroy();
  }

  /** Closes it when nothing has moved for too long. */
  check(now: number): void {
    const { bounds } = this.options;
    const moved = this.socket.bytesRead + this.socket.bytesWritten;
    if (!this.answer && this.rest) return this.leave(this.rest); // bodies that take their time are Node's
    if (moved !== this.movedBytes) {
      this.movedBytes = moved;
      this.quietSince = now;
      return;
    }
    const isNew = this.connection.requests === 0;
    const idleSeconds = isNew ? bounds.headersSeconds : bounds.keepAliveSeconds;
    const seconds = this.answer ? bounds.idleSeconds : idleSeconds;
    if (now - this.quietSince >= seconds * 1_000) this.socket.destroy();
  }

  private readonly onData = (chunk: Buffer): void => {
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    if (!this.answer) return this.take(bytes);
    this.rest = bytes;
    this.socket.pause();
  };

  /** A client that has said its last word does not wait for an answer either, as with Node. */
  private readonly onEnd = (): void => void this.socket.end();

  private readonly onError = (): void => void this.socket.destroy();

  private readonly onClose = (): void => {
    this.lane.forget(this);
    this.answer?.closed();
  };

  private take(bytes: Buffer): void {
    const { options, connection } = this;
    const { maxHeaderBytes, maxRequestsPerConnection } = options.bounds;
    const request = readRequest(bytes, maxHeaderBytes);
    if (request === 'more') {
      this.rest = bytes;
      return;
    }
    this.rest = undefined;
    // Of requests that come together Node lets all begin at once.
    if (!request || request.end < bytes.length) return this.leave(bytes);
    const isLast = ++connection.requests >= maxRequestsPerConnection || this.lane.isDraining;
    const answer = new LaneAnswer(this, request.method, !isLast && !request.block.closes);
    this.answer = answer;
    options.arrive({
      request: new LaneRequest(request),
      headers: request.block.rawHeaders,
      head: request.block.head,
      body: request.end > request.bodyStart ? bytes.subarray(request.bodyStart, request.end) : undefined,
      response: answer,
      connection,
    });
  }

  /** On to the next request. */
  private goOn(): void {
    const { answer, rest } = this;
    this.answer = undefined;
    answer?.closed();
    if (this.destroyed) return;
    if (rest) {
      this.rest = undefined;
      this.socket.resume();
      this.take(rest);
    } else if (this.lane.isDraining) this.socket.destroySoon();
  }

  private leave(bytes: Buffer): void {
    const { socket } = this;
    socket
      .off('data', this.onData)
      .off('end', this.onEnd)
      .off('error', this.onError)
      .off('close', this.onClose);
    this.lane.forget(this);
    socket.pause();
    socket.unshift(bytes);
    this.options.handOver(socket);
    socket.resume();
  }
}
