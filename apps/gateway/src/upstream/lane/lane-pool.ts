import type { Socket } from 'node:net';
import { buildConnector, type Dispatcher, errors } from 'undici';
import { LaneCall } from './lane-call.js';
import { requestText } from './request-text.js';
import { type ConnectionKeeper, UpstreamConnection } from './upstream-connection.js';

const CHECK_MS = 100;

/** What {@link LanePool} needs. */
export interface LanePoolOptions {
  readonly origin: URL;
  readonly connect: buildConnector.connector;
  readonly maxConnections: number;
  readonly keepAliveMs: number;
}

/** A request whose body, if it has one, is at hand. */
export interface WholeRequest {
  readonly method: string;
  readonly path: string;
  /** The header fields, as lines. */
  readonly lines: string;
  readonly body: Buffer | null;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
}

interface Waiting {
  readonly call: LaneCall;
  readonly text: string;
  readonly body: Buffer | null;
}

/** Connections to one upstream for requests that are at hand as a whole, which are nearly all. */
export class LanePool implements ConnectionKeeper {
  now = performance.now();
  private readonly all = new Set<UpstreamConnection>();
  /** The one used last is used next, so that those too many grow old. */
  private readonly idle: UpstreamConnection[] = [];
  private readonly waiting: Waiting[] = [];
  private connecting = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosing = false;

  private readonly host: string;

  constructor(private readonly options: LanePoolOptions) {
    this.host = options.origin.host;
  }

  /** Sends a request; the answer comes to the handler, or why there is none. */
  dispatch(request: WholeRequest, handler: Dispatcher.DispatchHandler): void {
    this.watch();
    const call = new LaneCall(request.method, handler, request, this.now);
    const { body } = request;
    let text: string;
    try {
      text = requestText(request, this.host);
    } catch (error) {
      return call.fail(error as Error);
    }
    const connection = this.idleOne();
    if (connection) return this.send(connection, call, text, body);
    this.waiting.push({ call, text, body });
    this.connectIfNeeded();
  }

  /** Closes what is idle, the others when they are done. */
  close(): void {
    this.isClosing = true;
    for (const connection of this.idle.splice(0)) connection.destroy();
  }

  /** Breaks off what is under way. */
  destroy(): void {
    this.close();
    const gone = new errors.ClientDestroyedError();
    for (const { call } of this.waiting.splice(0)) call.fail(gone);
    for (const connection of this.all) connection.breakOff(gone);
  }

  freed(connection: UpstreamConnection): void {
    const next = this.waiting.shift();
    if (next) return this.send(connection, next.call, next.text, next.body);
    if (this.isClosing) return connection.destroy();
    connection.rest(this.options.keepAliveMs);
    this.idle.push(connection);
  }

  gone(connection: UpstreamConnection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    this.connectIfNeeded();
  }

  private idleOne(): UpstreamConnection | undefined {
    for (let one = this.idle.pop(); one; one = this.idle.pop()) {
      if (one.isUsable) return one;
      one.destroy();
    }
    return undefined;
  }

  private send(connection: UpstreamConnection, call: LaneCall, text: string, body: Buffer | null): void {
    call.handler.onRequestStart?.(call, {});
    if (call.isOver) this.freed(connection);
    else connection.send(call, text, body);
  }

  private connectIfNeeded(): void {
    const { maxConnections, origin, connect } = this.options;
    if (this.connecting >= this.waiting.length || this.all.size + this.connecting >= maxConnections) return;
    this.connecting++;
    const { hostname, host, protocol, port } = origin;
    connect({ hostname: hostname.replace(/^\[|\]$/g, ''), host, protocol, port }, (...[error, socket]) => {
      this.connecting--;
      if (error) this.failOne(error);
      else this.connected(socket);
    });
  }

  private connected(socket: Socket): void {
    const connection = new UpstreamConnection(socket, this);
    this.all.add(connection);
    this.freed(connection);
    this.connectIfNeeded();
  }

  private failOne(error: Error): void {
    this.waiting.shift()?.call.fail(error);
    this.connectIfNeeded();
  }

  /** One clock and one look at all connections, instead of timers for each request. */
  private watch(): void {
    if (this.timer) return;
    this.now = performance.now();
    this.timer = setInterval(() => this.check(), CHECK_MS).unref();
  }

  private check(): void {
    this.now = performance.now();
    for (const connection of this.all) connection.check(this.now);
    for (const connection of this.idle) if (connection.idleUntil < this.now) connection.destroy();
    for (const { call } of this.waiting.filter(({ call }) => call.overdue(this.now)))
      this.giveUp(call, call.overdue(this.now)!);
    if (this.all.size > 0 || this.waiting.length > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private giveUp(call: LaneCall, error: Error): void {
    this.waiting.splice(
      this.waiting.findIndex((one) => one.call === call),
      1,
    );
    call.fail(error);
  }
}
