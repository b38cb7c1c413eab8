import type { IncomingHttpHeaders } from 'node:http';
import { type BrotliCompress, constants, createBrotliCompress, createGzip, type Gzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Encoding } from './compression-spec.js';

/** Each takes some hundred kilobytes. Beyond these, answers go as they are. */
const MAX_AT_ONCE = 512;
/** Good enough at a fraction of what the best takes: an answer is compressed once for each client. */
const GZIP_LEVEL = 5;
const BROTLI_QUALITY = 4;
const BROTLI_WINDOW_BITS = 18;

let atOnce = 0;

/** Compresses one body at the pace of the slower of its two sides. */
export class Compressor implements Dispatcher.DispatchController {
  private trailers: IncomingHttpHeaders = {};
  private isOver = false;

  private constructor(
    readonly encoding: Encoding,
    private readonly stream: Gzip | BrotliCompress,
    /** Nobody knows how long the body is: what there is of it goes on when no more comes. */
    private readonly isLive: boolean,
    private readonly upstream: Dispatcher.DispatchController,
    private readonly next: Dispatcher.DispatchHandler,
  ) {
    atOnce++;
    stream.on('data', (chunk: Buffer) => next.onResponseData?.(this, chunk));
    stream.once('end', () => this.finish());
    stream.once('error', (error) => this.fail(error));
    stream.once('close', () => atOnce--);
  }

  /**
   * @param length of the body, where it was announced.
   * @param upstream is held up when the client is slow.
   * @param next gets the compressed answer's body.
   * @returns `undefined` when too many are at work.
   */
  static start(
    encoding: Encoding,
    length: string | undefined,
    upstream: Dispatcher.DispatchController,
    next: Dispatcher.DispatchHandler,
  ): Compressor | undefined {
    if (atOnce >= MAX_AT_ONCE) return undefined;
    const stream = encoding === 'br' ? brotli(Number(length ?? 0)) : createGzip({ level: GZIP_LEVEL });
    return new Compressor(encoding, stream, length === undefined, upstream, next);
  }

  get aborted(): boolean {
    return this.upstream.aborted;
  }

  get paused(): boolean {
    return this.stream.isPaused();
  }

  get reason(): Error | null {
    return this.upstream.reason;
  }

  abort(reason: Error): void {
    this.stop();
    this.upstream.abort(reason);
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  write(chunk: Buffer): void {
    const { stream, upstream } = this;
    if (this.isOver) return;
    const goesOn = stream.write(chunk, () => {
      if (this.isLive && stream.writableLength === 0 && !stream.writableEnded) stream.flush();
    });
    if (goesOn) return;
    upstream.pause();
    stream.once('drain', () => upstream.resume());
  }

  end(trailers: IncomingHttpHeaders): void {
    this.trailers = trailers;
    this.stream.end();
  }

  /** Nobody wants the rest. */
  stop(): void {
    this.isOver = true;
    this.stream.destroy();
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.next.onResponseEnd?.(this, this.trailers);
  }

  private fail(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.next.onResponseError?.(this, error);
    this.upstream.abort(error);
  }
}

const brotli = (length: number): BrotliCompress =>
  createBrotliCompress({
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
    },
  });
