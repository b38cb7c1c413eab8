import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, errors } from 'undici';
import type { Answer } from '../request/answer.js';
import type { Exchange } from '../request/exchange.js';
import { refusals } from '../request/refusals.js';
import { BodyTooLarge } from './body-meter.js';
import { LaneCall } from './lane/lane-call.js';
import { PassedFields } from './passed-fields.js';
import { refusalOf } from './upstream-refused.js';

/** The client went away. */
const CLIENT_GONE = new Error('the client closed the connection');

/** The answer is not complete in the time that the route gives it. */
const OUT_OF_TIME = new Error('the answer took too long');

/** RFC 9110 §9.2.1. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Carries one answer from the upstream to the client as it comes, at the pace of the slower of the two. */
export class UpstreamCall implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private readonly response: Answer;
  /** Bytes still to come, where the upstream said how many. */
  private remaining = Number.NaN;
  /** Kept back until the record is written: with it, the client would have the whole answer. */
  private last: Buffer | undefined;

  private retried = false;

  /**
   * @param dispatch sends the request, to be answered here.
   * @param resends calls it once more when a kept connection turns out dead; otherwise that is its own concern.
   */
  constructor(
    private readonly exchange: Exchange,
    private readonly dispatch: (handler: Dispatcher.DispatchHandler) => void,
    private readonly resends = true,
  ) {
    this.response = exchange.response;
    this.response.once('close', () => this.onClientClose());
  }

  start(): void {
    this.exchange.dispatchedAt = performance.now();
    this.dispatch(this);
  }

  /** Ends the call after so long, whatever has come of the answer by then. */
  endWithin(totalMs: number): void {
    const timer = setTimeout(() => {
      this.exchange.refuse(refusals.upstreamTimeout, 'failed');
      this.controller?.abort(OUT_OF_TIME);
    }, totalMs);
    this.response.once('close', () => clearTimeout(timer));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.exchange.finished) controller.abort(CLIENT_GONE);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return; // informational; the final answer follows
    const { exchange, response } = this;
    exchange.upstreamMs = performance.now() - exchange.dispatchedAt;
    exchange.status = status;
    const length = headers['content-length'];
    if (length !== undefined) this.remaining = Number(length);
    response.begin(
      status,
      ['x-request-id', exchange.requestId, ...exchange.routeHeaders],
      this.passed(controller, headers),
    );
    // An answer of unknown length may be a slow stream: its head must not wait for its first piece.
    if (length === undefined) setImmediate(() => exchange.finished || response.flushHeaders());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.exchange.responseBytes += chunk.length;
    this.remaining -= chunk.length;
    if (this.remaining <= 0) {
      this.last = chunk;
      return;
    }
    if (this.response.write(chunk)) return;
    controller.pause();
    this.response.once('drain', () => controller.resume());
  }

  onResponseEnd(_: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    const { exchange, response, last } = this;
    // HTTP/1.1 clients would have had to ask for them (RFC 9110 §10.1.4).
    if (exchange.isHttp2) response.addTrailers(trailers);
    exchange.finish('served', () => response.end(last));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.mayRetry(error)) {
      this.retried = true;
      this.dispatch(this);
    } else if (error instanceof BodyTooLarge) this.exchange.refuse(refusals.bodyTooLarge);
    else this.exchange.refuse(refusalOf(error), 'failed');
  }

  /**
   * A kept-alive connection can be closed by the upstream in the moment it is used again. What is safe and has no
   * body is sent a second time (RFC 9110 §9.2.2), as long as nothing of an answer has come.
   */
  private mayRetry(error: Error): boolean {
    const { exchange, retried, resends } = this;
    if (!resends || retried || exchange.finished || exchange.status !== 0 || exchange.hasBody) return false;
    return SAFE_METHODS.has(exchange.method) && isBrokenConnection(error);
  }

  private passed(controller: Dispatcher.DispatchController, headers: IncomingHttpHeaders): PassedFields {
    const replaced = this.exchange.route?.answerHeaders?.replaced;
    const head = controller instanceof LaneCall ? controller.head : undefined;
    return head?.headers === headers ? head.passedWithout(replaced) : new PassedFields(headers, replaced);
  }

  private onClientClose(): void {
    const { exchange } = this;
    exchange.finish('aborted', () => {});
    if (exchange.outcome !== 'served') this.controller?.abort(CLIENT_GONE);
  }
}

const isBrokenConnection = (error: Error): boolean =>
  error instanceof errors.SocketError || ('code' in error && /^(ECONNRESET|EPIPE)$/.test(String(error.code)));
