import { connect, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import { type Dispatcher, errors } from 'undici';
import { Http2Call } from './http2-call.js';
import { NOT_BEGUN } from './not-begun.js';
import { offersTunnels } from './http2-offer.js';
import type { UpstreamPool } from './upstream-pool.js';
import { connectOptionsOf, type ConnectionSpec, poolOf } from './upstream-pools.js';

/** Requests under way at once; what is more waits for nothing and fails. */
const MAX_STREAMS = 1_000;
/** A connection that has just shown that it lives is not asked again: some servers take PINGs amiss. */
const PING_EVERY_MS = 10_000;

/** An upstream that is spoken to in HTTP/2: with TLS by ALPN, over http:// with prior knowledge (RFC 9113 §3.3). */
export class Http2Upstream {
  private session: ClientHttp2Session | undefined;
  /** Whether its streams may be WebSockets. */
  private offer: Promise<boolean> | undefined;
  /** For WebSockets where they may not. */
  private http1: UpstreamPool | undefined;
  private open = 0;
  private pingedAt = Number.NEGATIVE_INFINITY;
  private readonly pseudoFields: Readonly<Record<':scheme' | ':authority', string>>;

  constructor(
    private readonly origin: string,
    private readonly spec: ConnectionSpec,
  ) {
    const { protocol, host } = new URL(origin);
    this.pseudoFields = { ':scheme': protocol.slice(0, -1), ':authority': host };
  }

  /** Sends one request, as undici's pools do. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.open >= MAX_STREAMS) {
      handler.onResponseError?.(NOT_BEGUN, new errors.SocketError('too many requests under way'));
      return false;
    }
    try {
      const session = this.connected();
      if (options.upgrade) void this.tunnel(session, options, handler);
      else this.send(session, this.fieldsOf(options), options, handler);
    } catch (error) {
      handler.onResponseError?.(NOT_BEGUN, error instanceof Error ? error : new Error(String(error)));
    }
    return true;
  }

  /** A WebSocket is a stream where the upstream offers that (RFC 8441), and a connection of HTTP/1.1 elsewhere. */
  private async tunnel(
    session: ClientHttp2Session,
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): Promise<void> {
    try {
      const isOffered = await this.offer;
      if (isOffered) this.send(session, this.tunnelFieldsOf(options), options, handler);
      else (this.http1 ??= poolOf({ url: this.origin, spec: this.spec })).dispatch(options, handler);
    } catch (error) {
      handler.onResponseError?.(NOT_BEGUN, error as Error);
    }
  }

  private send(
    session: ClientHttp2Session,
    fields: OutgoingHttpHeaders,
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const stream = session.request(fields, { endStream: !options.body && !options.upgrade });
    this.open++;
    stream.once('close', () => this.open--);
    new Http2Call(stream, options, handler, () => this.doubt(session)).start();
  }

  /** Finishes what is under way. */
  close(): void {
    this.session?.close();
    void this.http1?.close();
  }

  async destroy(): Promise<void> {
    this.session?.destroy();
    await this.http1?.destroy();
  }

  private fieldsOf({ method, path, headers }: Dispatcher.DispatchOptions): OutgoingHttpHeaders {
    const fields: OutgoingHttpHeaders & Record<string, string | string[]> = {
      ...this.pseudoFields,
      ':method': method,
      ':path': path,
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

  /** An extended CONNECT instead of the GET (RFC 8441 §5). */
  private tunnelFieldsOf(options: Dispatcher.DispatchOptions): OutgoingHttpHeaders {
    const { 'sec-websocket-key': _, te: __, ...fields } = this.fieldsOf(options);
    return { ...fields, ':method': 'CONNECT', ':protocol': 'websocket' };
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
    made.once('goaway', () => this.leave(made));
    this.session = made;
    this.offer = offersTunnels(made, this.spec.connectMs);
    this.offer.catch(() => {}); // for those who ask
    return made;
  }

  /** Nothing came for too long: is it the request, or is nobody there any more? (RFC 9113 §6.7) */
  private doubt(session: ClientHttp2Session): void {
    const now = performance.now();
    if (session.connecting || session.closed || now - this.pingedAt < PING_EVERY_MS) return;
    this.pingedAt = now;
    const dead = setTimeout(() => {
      this.leave(session);
      session.destroy(new errors.SocketError('the connection is dead'));
    }, this.spec.connectMs);
    session.once('close', () => clearTimeout(dead));
    session.ping(() => clearTimeout(dead));
  }

  private leave(session: ClientHttp2Session): void {
    if (this.session === session) this.session = undefined;
  }
}
