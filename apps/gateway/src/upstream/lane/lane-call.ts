import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { type Dispatcher, errors } from 'undici';
import type { AnswerHead } from './answer-head.js';

/** What gives an answer up. */
interface Abortable {
  breakOff(error: Error): void;
}

/** How long an answer may take. 0: as long as it likes. */
export interface CallBounds {
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
}

/** One request at an upstream, and the reins of its answer. */
export class LaneCall implements Dispatcher.DispatchController {
  paused = false;
  reason: Error | null = null;
  /** Nobody waits for it any more. */
  isOver = false;
  private connection: Abortable | undefined;
  private socket: Socket | undefined;
  /** What came before the body, once it has. */
  head: AnswerHead | undefined;
  /** On the coarse clock of the pool. */
  private waitsSince: number;

  constructor(
    readonly method: string,
    readonly handler: Dispatcher.DispatchHandler,
    private readonly bounds: CallBounds,
    now: number,
  ) {
    this.waitsSince = now;
  }

  get aborted(): boolean {
    return this.reason !== null;
  }

  begin(connection: Abortable, socket: Socket): void {
    this.connection = connection;
    this.socket = socket;
  }

  abort(reason: Error): void {
    if (this.isOver || this.aborted) return;
    this.reason = reason;
    if (this.connection) this.connection.breakOff(reason);
    else this.fail(reason);
  }

  pause(): void {
    if (this.isOver) return;
    this.paused = true;
    this.socket?.pause();
  }

  resume(): void {
    if (this.isOver) return;
    this.paused = false;
    this.socket?.resume();
  }

  headCame(head: AnswerHead, now: number): void {
    this.head = head;
    this.waitsSince = now;
  }

  dataCame(now: number): void {
    this.waitsSince = now;
  }

  /** @returns why it should be given up by now, if it should. While the client is waited for, nothing is. */
  overdue(now: number): Error | undefined {
    if (this.paused) this.waitsSince = now;
    const { headersTimeout, bodyTimeout } = this.bounds;
    const waitedMs = now - this.waitsSince;
    if (!this.head)
      return headersTimeout > 0 && waitedMs > headersTimeout ? new errors.HeadersTimeoutError() : undefined;
    return bodyTimeout > 0 && waitedMs > bodyTimeout ? new errors.BodyTimeoutError() : undefined;
  }

  end(trailers: IncomingHttpHeaders): void {
    this.isOver = true;
    this.handler.onResponseEnd?.(this, trailers);
  }

  fail(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.reason ??= error;
    this.handler.onResponseError?.(this, error);
  }
}
