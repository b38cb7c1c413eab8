import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Bounds } from './bounds.js';
import type { Connection } from './connection.js';
import { SessionLife } from './http2-session-life.js';

/** SETTINGS and PING frames a client may send: this many at once, and as many again in each interval. */
const CONTROL_FRAMES = 100;
const CONTROL_INTERVAL_MS = 10_000;

/** Past these a session is ended: streams reset at once and a second (CVE-2023-44487), broken and refused ones. */
const FLOODS = {
  streamResetBurst: 200,
  streamResetRate: 20,
  maxSessionInvalidFrames: 50,
  maxSessionRejectedStreams: 50,
};

/** Who was told that nothing more comes has so long to read the last of it, and to close the connection as well. */
const LINGER_MS = 1_000;

/** Speaks HTTP/2 on connections that are handed over to it; has no port of its own. */
export class Http2Sessions {
  private readonly server: Http2Server;
  private readonly sessions = new Map<Http2Session, { connection: Connection; life: SessionLife }>();
  private isDraining = false;

  constructor(
    private readonly bounds: Bounds,
    onRequest: (request: Http2ServerRequest, response: Http2ServerResponse, connection: Connection) => void,
  ) {
    const handle = (request: Http2ServerRequest, response: Http2ServerResponse) => {
      const known = request.stream.session && this.sessions.get(request.stream.session);
      if (known) onRequest(request, response, known.connection);
    };
    this.server = createServer({
      ...FLOODS,
      settings: {
        maxConcurrentStreams: bounds.maxStreams,
        maxHeaderListSize: bounds.maxHeaderBytes,
        enablePush: false,
        enableConnectProtocol: true,
      },
      maxSessionMemory: 10,
      maxSendHeaderBlockLength: 256 * 1024,
      maxSettings: 32,
    })
      .on('request', handle)
      .on('checkContinue', handle)
      .on('connect', handle);
  }

  take(socket: TLSSocket, connection: Connection): void {
    this.server.once('session', (session) => this.watch(session, connection)); // comes before emit returns
    socket.once('finish', () => linger(socket)); // the session is over: there is none without its writing side
    this.server.emit('connection', socket);
  }

  /**
   * GOAWAY: what is under way goes on, nothing new begins (RFC 9113 §6.8), and a session without streams ends at once.
   * It names the last stream that was begun with, so that clients may send the others again. An earlier GOAWAY that lets
   * everything in, as the RFC suggests, Node cannot send: it takes no stream after any.
   */
  drain(): void {
    this.isDraining = true;
    for (const { life } of this.sessions.values()) life.end();
  }

  destroy(): void {
    for (const session of this.sessions.keys()) session.destroy();
  }

  private watch(session: Http2Session, connection: Connection): void {
    const life = new SessionLife(session, this.bounds);
    this.sessions.set(session, { connection, life });
    session.once('close', () => this.sessions.delete(session));
    session.on('error', () => session.destroy());
    boundControlFrames(session);
    if (this.isDraining) life.end();
  }
}

function linger(socket: TLSSocket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

function boundControlFrames(session: Http2Session): void {
  let left = CONTROL_FRAMES;
  let since = performance.now();
  const count = () => {
    const now = performance.now();
    if (now - since > CONTROL_INTERVAL_MS) [left, since] = [CONTROL_FRAMES, now];
    left--;
    if (left < 0 && !session.destroyed) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  };
  session.on('ping', count).on('remoteSettings', count);
}
