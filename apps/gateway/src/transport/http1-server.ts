import { createServer, IncomingMessage, type Server } from 'node:http';
import { type Server as SocketServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Bounds } from './bounds.js';
import { PacedResponse } from './paced-response.js';

const CHECK_MS = 2_000;
/** Bodies are looked after by their pace, and refused; Node would hang up. */
const BACKSTOP_MS = 5_000;

/** Who deals with what comes. */
export interface Http1Handlers {
  readonly request: (request: IncomingMessage, response: PacedResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Socket, early: Buffer) => void;
  /** CONNECT (RFC 9110 §9.3.6). */
  readonly tunnel: (method: string, socket: Socket) => void;
  readonly broken: (error: Error, socket: Socket) => void;
}

/** A plain Node server with every bound set, because a framework costs more than all policies together. */
export function http1Server(bounds: Bounds, handlers: Http1Handlers): Server {
  const server = createServer<typeof IncomingMessage, typeof PacedResponse>({
    ServerResponse: PacedResponse,
    maxHeaderSize: bounds.maxHeaderBytes,
    headersTimeout: bounds.headersSeconds * 1_000,
    requestTimeout: Math.max(bounds.requestSeconds, bounds.headersSeconds) * 1_000 + BACKSTOP_MS,
    keepAliveTimeout: bounds.keepAliveSeconds * 1_000,
    connectionsCheckingInterval: CHECK_MS,
    insecureHTTPParser: false,
    requireHostHeader: false, // checked in the gate, where a refusal is recorded
    noDelay: true,
  })
    .on('request', handlers.request)
    .on('checkContinue', handlers.request)
    .on('checkExpectation', handlers.request)
    .on('upgrade', (request, stream, early) => {
      const socket = ownSocket(stream);
      if (socket) handlers.upgrade(request, socket, early);
    })
    .on('connect', (request, stream) => {
      const socket = ownSocket(stream);
      if (socket) handlers.tunnel(request.method ?? '', socket);
    })
    .on('clientError', (error, stream) => {
      if (stream instanceof Socket) handlers.broken(error, stream);
    });
  server.maxHeadersCount = 0; // Node would drop the rest silently; the gate counts and refuses
  server.timeout = bounds.idleSeconds * 1_000;
  return server;
}

/** A connection that Node has let go of, and looks after its errors no longer. */
function ownSocket(stream: Duplex): Socket | undefined {
  stream.on('error', () => stream.destroy());
  return stream instanceof Socket ? stream : undefined;
}

/** Lets a server that does not listen itself answer on a connection, within its time-outs. */
export function handOver(server: SocketServer, socket: Socket): void {
  server.emit('connection', socket);
}

/** Node looks for requests that are too long in coming only after this event; such a server has no port of its own. */
export function watchTimeouts(server: Server): void {
  server.emit('listening');
}
