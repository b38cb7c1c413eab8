import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';

/** The upstream said that it did nothing with the request, and never will (RFC 9113 §8.7). */
export class StreamRefused extends Error {}

/** One request over HTTP/2 and what comes back. */
export class Http2Call implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;
  private trailers: IncomingHttpHeaders = {};
  private isOver = false;

  /** @param onSilence told when nothing came for too long: the connection may be dead. */
  constructor(
    private readonly stream: ClientHttp2Stream,
    private readonly options: Dispatcher.DispatchOptions,
    private readonly handler: Dispatcher.DispatchHandler,
    private readonly onSilence: () => void,
  ) {}

  start(): void {
    const { stream, handler, options } = this;
    handler.onRequestStart?.(this, null);
    this.limit(options.headersTimeout, () => new errors.HeadersTimeoutError());
    stream.once('response', (fields, flags) => {
      this.respond(fields);
      // Nothing but trailers (gRPC's refusals): the client gets them in one frame too.
      if (flags & constants.NGHTTP2_FLAG_END_STREAM) this.end();
    });
    stream.once('trailers', (fields) => {
      this.trailers = fields;
    });
    stream.once('end', () => this.end());
    stream.once('error', (error) => this.fail(this.reasonOf(error)));
    stream.once('close', () => this.fail(new errors.SocketError('the upstream reset the stream')));
    if (options.body instanceof Readable) options.body.once('error', (error) => this.abort(error));
    // Not earlier: of a request that does not get that far all is there for another attempt.
    if (stream.pending) stream.once('ready', () => this.sendBody());
    else this.sendBody();
  }

  abort(reason: Error): void {
    this.fail(reason);
    this.stream.close(constants.NGHTTP2_CANCEL);
  }

  pause(): void {
    this.paused = true;
    this.stream.pause();
  }

  resume(): void {
    this.paused = false;
    this.stream.resume();
  }

  private sendBody(): void {
    const { stream, options } = this;
    if (options.body instanceof Readable) options.body.pipe(stream);
    else if (options.body instanceof Uint8Array) stream.end(options.body);
  }

  private limit(timeoutMs: number | null | undefined, errorOf: () => Error): void {
    this.stream.removeAllListeners('timeout').setTimeout(timeoutMs ?? 0);
    this.stream.once('timeout', () => {
      this.abort(errorOf());
      this.onSilence();
    });
  }

  private respond(fields: IncomingHttpHeaders & { ':status'?: number }): void {
    const { stream, handler, options } = this;
    const { ':status': status = 502, ...headers } = fields;
    if (options.upgrade && status === 200) return this.open(status, headers);
    this.limit(options.bodyTimeout, () => new errors.BodyTimeoutError());
    handler.onResponseStart?.(this, status, headers);
    stream.on('data', (chunk: Buffer) => {
      if (!this.isOver) handler.onResponseData?.(this, chunk);
    });
  }

  /** The stream is a tunnel from now on, and no concern of ours (RFC 8441 §4). */
  private open(status: number, headers: IncomingHttpHeaders): void {
    const { stream, handler } = this;
    this.isOver = true;
    stream.removeAllListeners('timeout').setTimeout(0);
    handler.onRequestUpgrade?.(this, status, headers, stream);
  }

  private end(): void {
    // A stream that was reset ends too: what came of it is not the whole.
    if (this.isOver || this.stream.rstCode !== constants.NGHTTP2_NO_ERROR) return;
    this.isOver = true;
    this.handler.onResponseEnd?.(this, this.trailers);
  }

  private reasonOf(error: Error): Error {
    if (this.stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return new StreamRefused();
    return error.cause instanceof Error ? error.cause : error; // of a stream whose session never came about
  }

  private fail(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.aborted = true;
    this.reason = error;
    this.handler.onResponseError?.(this, error);
  }
}
