import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RequestLog } from '../records/request-log.js';
import { Exchange } from './exchange.js';
import type { Gate } from './gate.js';
import { refuseBroken, refuseOnSocket } from './refuse-broken.js';

const MAX_CONNECTIONS = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_MS = 65_000;
/** A connection on which nothing moves; longer than any timeout a route can set. */
const IDLE_MS = 150_000;
const CHECK_MS = 2_000;

/** What {@link DataPlane} needs. */
export interface DataPlaneOptions {
  readonly gate: Pick<Gate, 'enter'>;
  readonly log: Pick<RequestLog, 'add'>;
}

/** The port that clients talk to: a plain Node server, because a framework costs more than all policies together. */
export class DataPlane {
  private readonly server: Server;
  private readonly connections = new Set<Socket>();

  constructor(private readonly options: DataPlaneOptions) {
    const handle = (request: IncomingMessage, response: ServerResponse) => this.handle(request, response);
    this.server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_MS,
      insecureHTTPParser: false,
      requireHostHeader: false, // checked in the gate, where a refusal is recorded
      noDelay: true,
    })
      .on('connection', (socket) => this.track(socket))
      .on('request', handle)
      .on('checkContinue', handle)
      .on('checkExpectation', handle)
      .on('connect', (request, socket) => this.refuseTunnel(request, socket))
      .on('clientError', (error, socket) => refuseBroken(error, socket, this.options.log));
    this.server.maxHeadersCount = 0; // Node would drop the rest silently; the gate counts and refuses
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.timeout = IDLE_MS;
  }

  /** @returns the port, also when 0 asked the system to choose. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    return (this.server.address() as AddressInfo).port;
  }

  get listening(): boolean {
    return this.server.listening;
  }

  /** Takes no more connections and finishes what is under way; what takes longer is cut off. */
  async drain(withinMs: number): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeIdleConnections();
    // Node counts a connection as idle only after its first request; clients open some in advance.
    for (const socket of this.connections) if (socket.bytesRead === 0) socket.destroy();
    const insist = setTimeout(() => this.server.closeAllConnections(), withinMs);
    await closed;
    clearTimeout(insist);
  }

  private track(socket: Socket): void {
    this.connections.add(socket);
    socket.once('close', () => this.connections.delete(socket));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    if (!this.server.listening) response.shouldKeepAlive = false; // draining: the client should look elsewhere
    this.options.gate.enter(new Exchange(request, response, this.options.log));
  }

  /** CONNECT (RFC 9110 §9.3.6) would make an open proxy of us. */
  private refuseTunnel({ method }: IncomingMessage, socket: Duplex): void {
    refuseOnSocket(socket, this.options.log, 'CONNECT is not offered here.', method ?? '');
  }
}
