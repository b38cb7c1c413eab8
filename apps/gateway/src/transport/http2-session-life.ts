import type { IncomingHttpHeaders } from 'node:http';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import type { Bounds } from './bounds.js';

/** How long a session that nothing happens in may take to answer the PING that it ends with. */
const FAREWELL_MS = 1_000;

/** Ends a session in which nothing is asked for, as the bounds of HTTP/1.1 connections have it. */
export class SessionLife {
  private open = 0;
  private requests = 0;
  /** Of {@link open}, those that are no requests: they have bounds of their own. */
  private tunnels = 0;
  private waiting: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: Http2Session,
    private readonly bounds: Bounds,
  ) {
    this.endAfter(bounds.headersSeconds * 1_000); // a head that does not end is no request yet
    session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      clearTimeout(this.waiting);
      this.open++;
      if (headers[':protocol'] !== undefined) this.watchTunnel(stream);
      if (++this.requests === bounds.maxRequestsPerConnection) this.end();
      stream.once('close', () => this.rest());
    });
    session.once('close', () => clearTimeout(this.waiting));
    session.setTimeout(bounds.idleSeconds * 1_000, () => {
      if (this.tunnels === 0) session.destroy();
    });
  }

  /** GOAWAY: what is under way goes on; then it is over. */
  end(): void {
    this.session.close();
    if (this.open === 0) this.bidFarewell(FAREWELL_MS);
  }

  private watchTunnel(stream: ServerHttp2Stream): void {
    this.tunnels++;
    stream.once('close', () => this.tunnels--);
  }

  private rest(): void {
    const { session, bounds } = this;
    this.open--;
    if (this.open > 0 || session.destroyed) return;
    const restMs = bounds.keepAliveSeconds * 1_000;
    if (session.closed) this.bidFarewell(restMs);
    else this.endAfter(restMs);
  }

  /** Node ends a closed session by itself, but not while anything is still to be sent. Who answers has all of it. */
  private bidFarewell(withinMs: number): void {
    const { session } = this;
    if (session.destroyed) return;
    this.endAfter(withinMs);
    session.ping(() => session.destroy());
  }

  private endAfter(ms: number): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.session.destroy(), ms);
  }
}
