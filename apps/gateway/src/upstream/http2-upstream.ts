import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import { NOT_BEGUN } from './not-begun.js';
import { connectOptionsOf, type ConnectionSpec } from './upstream-pools.js';

/** Requests under way at once; what is more waits for nothing and fails. */
const MAX_STREAMS = 1_000;

/** An upstream that is spoken to in HTTP/2: with TLS by ALPN, over http:// with prior knowledge (RFC 9113 §3.3). */
export class Http2Upstream {
  private session: ClientHttp2Session | undefined;
  private open = 0;

  constructor(
    private readonly origin: string,
    private readonly spec: ConnectionSpec,
  ) {}

  /** Sends one request, as undici's pools do. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.open >= MAX_STREAMS) {
      handler.onResponseError?.(NOT_BEGUN, new errors.SocketError('too many requests under way'));
      return false;
    }
    try {
      const stream = this.connected().request(this.fieldsOf(options), { endStream: options.body === null });
      this.open++;
      stream.once('close', () => this.open--);
      new Http2Call(stream, options, handler).start();
    } catch (error) {
      handler.onResponseError?.(NOT_BEGUN, error instanceof Error ? error : new Error(String(error)));
    }
    return true;
  }

  private fieldsOf({ method, path, headers }: Dispatcher.DispatchOptions): OutgoingHttpHeaders {
    const { protocol, host } = new URL(this.origin);
    const fields: OutgoingHttpHeaders & Record<string, string | string[]> = {
      ':method': method,
      ':path': path,
      ':scheme': protocol.slice(0, -1),
      ':authority': host,
      te: 'trailers', // what follows a body is handed on to the client
    };
    if (!Array.isArray(headers)) return fields;
    for (let i = 0; i < headers.length; i += 2) {
      const name = String(headers[i]).toLowerCase();
      const value = String(headers[i + 1]);
      const earlier = fields[name];
      fields[name] = earlier === undefined ? value : [earlier, value].flat();
    }
    return fields;
  }

  /** Finishes what is under way. */
  close(): void {
    this.session?.close();
  }

  destroy(): void {
    this.session?.destroy();
  }

  private connected(): ClientHttp2Session {
    const { session } = this;
    if (session && !session.closed && !session.destroyed) return session;
    const made = connect(this.origin, {
      settings: { enablePush: false },
      ...connectOptionsOf(this.spec),
    });
    const tooLate = setTimeout(() => made.destroy(new errors.ConnectTimeoutError()), this.spec.connectMs);
    made.once('connect', () => clearTimeout(tooLate));
    made.once('close', () => clearTimeout(tooLate));
    made.on('error', () => made.destroy()); // its streams say what happened
    // RFC 9113 §6.8: those under way may end, new ones need a new session.
    made.once('goaway', () => {
      if (this.session === made) this.session = undefined;
    });
    this.session = made;
    return made;
  }
}

/** One request and what comes back. */
class Http2Call implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;
  private trailers: IncomingHttpHeaders = {};
  private isOver = false;

  constructor(
    private readonly stream: ClientHttp2Stream,
    private readonly options: Dispatcher.DispatchOptions,
    private readonly handler: Dispatcher.DispatchHandler,
  ) {}

  start(): void {
    const { stream, handler, options } = this;
    handler.onRequestStart?.(this, null);
    stream.setTimeout(options.headersTimeout ?? 0);
    stream.once('timeout', () => this.abort(new errors.BodyTimeoutError()));
    stream.once('response', (fields, flags) => {
      this.respond(fields);
      // Nothing but trailers (gRPC's refusals): the client gets them in one frame too.
      if (flags & constants.NGHTTP2_FLAG_END_STREAM) this.end();
    });
    stream.once('trailers', (fields) => {
      this.trailers = fields;
    });
    stream.once('end', () => this.end());
    stream.once('error', (error) => this.fail(error));
    stream.once('close', () => this.fail(new errors.SocketError('the upstream reset the stream')));
    if (options.body instanceof Readable) {
      options.body.once('error', (error) => this.abort(error)).pipe(stream);
    }
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

  private respond(fields: IncomingHttpHeaders & { ':status'?: number }): void {
    const { stream, handler, options } = this;
    const { ':status': status = 502, ...headers } = fields;
    stream.setTimeout(options.bodyTimeout ?? 0);
    handler.onResponseStart?.(this, status, headers);
    stream.on('data', (chunk: Buffer) => {
      if (!this.isOver) handler.onResponseData?.(this, chunk);
    });
  }

  private end(): void {
    // A stream that was reset ends too: what came of it is not the whole.
    if (this.isOver || this.stream.rstCode !== constants.NGHTTP2_NO_ERROR) return;
    this.isOver = true;
    this.handler.onResponseEnd?.(this, this.trailers);
  }

  private fail(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.aborted = true;
    this.reason = error;
    this.handler.onResponseError?.(this, error);
  }
}
