import type { IncomingMessage, Server as Http1Server } from 'node:http';
import { type AddressInfo, type Server, Socket } from 'node:net';
import type { Server as TlsServer, TLSSocket } from 'node:tls';
import type { Arrival } from '../request/arrival.js';
import { plainAddress } from '../request/client-address.js';
import type { CertificateKeeper } from './certificate-keeper.js';
import { type Connection, endpointOf, inTheClear, thumbprintOf } from './connection.js';
import { ConnectionCap } from './connection-cap.js';
import { FrontDoor } from './front-door.js';
import { http1Server, handOver, watchTimeouts } from './http1-server.js';
import { http2Arrival } from './http2-arrival.js';
import { Http2Sessions } from './http2-server.js';
import { Lane } from './lane/lane.js';
import { plainServer } from './lane/plain-server.js';
import { LingeringClose } from './lingering-close.js';
import type { ListenerSpec } from './listener-spec.js';
import { SlowClients } from './pace/slow-clients.js';
import { PacedResponse } from './paced-response.js';
import { proxyServer } from './proxy-server.js';
import { tlsServer } from './tls-server.js';
import { isHandshake } from './web-socket/handshake.js';
import { Http1Upgrade } from './web-socket/http1-upgrade.js';

/** What was kept alive by an answer from before the drain is closed as soon as it is idle. */
const DRAIN_CHECK_MS = 100;

/** Who deals with what comes in. */
export interface ListenerHandlers {
  arrive(arrival: Arrival, listener: Listener): void;
  /** CONNECT. */
  tunnel(method: string, socket: Socket): void;
  broken(error: Error, socket: Socket): void;
}

/** One port that clients talk to, and all that may be spoken on it. */
export class Listener {
  isDraining = false;
  readonly frontDoor: FrontDoor | undefined;
  readonly slowClients: SlowClients;
  private readonly lingering: LingeringClose;
  /** Where connections of HTTP/1.1 begin. */
  private readonly lane: Lane;
  private readonly http1: Http1Server;
  private readonly http2: Http2Sessions;
  private readonly tls: TlsServer | undefined;
  /** Has the port; hands connections to the others. */
  private readonly entry: Server;
  private readonly cap: ConnectionCap;
  /** Those that have sent a request, or are more than a socket in the clear. */
  private readonly known = new WeakMap<Socket, Connection>();
  /** Addresses that PROXY headers named, by the endpoint of the proxy. */
  private readonly proxied = new Map<string, string>();

  constructor(
    readonly spec: ListenerSpec,
    private readonly certificates: CertificateKeeper | undefined,
    folder: string,
    private readonly handlers: ListenerHandlers,
  ) {
    const { bounds, tls } = spec;
    this.frontDoor = FrontDoor.of(spec, folder);
    this.slowClients = new SlowClients(bounds);
    this.lingering = new LingeringClose(bounds);
    this.http1 = http1Server(bounds, {
      request: (request, response) => this.arrive(request, response),
      upgrade: (request, socket, early) => this.arriveToUpgrade(request, socket, early),
      tunnel: (method, socket) => handlers.tunnel(method, socket),
      broken: (error, socket) => this.lingering.isClosing(socket) || handlers.broken(error, socket),
    });
    this.http2 = new Http2Sessions(bounds, (request, response, connection) =>
      handlers.arrive(http2Arrival(request, response, connection, this.slowClients), this),
    );
    this.lane = new Lane({
      bounds,
      slowClients: this.slowClients,
      arrive: (arrival) => handlers.arrive(arrival, this),
      handOver: (socket) => handOver(this.http1, socket),
    });
    if (tls && certificates)
      this.tls = tlsServer(
        tls,
        () => certificates.current,
        (socket) => this.arriveSecurely(socket),
      );
    this.cap = new ConnectionCap(bounds.maxConnectionsPerAddress);
    const inner = this.tls ?? plainServer((socket) => this.take(socket, this.connectionOf(socket)));
    this.entry = spec.proxyProtocol
      ? proxyServer(spec.proxyProtocol.trusted, (socket, address) => this.arriveFor(socket, address, inner))
      : inner.prependListener('connection', (socket: Socket) => this.cap.admit(socket));
    this.entry.maxConnections = bounds.maxConnections;
  }

  /** @returns the port, also when 0 asked the system to choose. */
  async listen(host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.entry.once('error', reject);
      this.entry.listen(this.spec.port, this.spec.host ?? host, () => {
        this.entry.off('error', reject);
        resolve();
      });
    });
    watchTimeouts(this.http1);
    this.slowClients.start();
    this.lingering.start();
    return (this.entry.address() as AddressInfo).port;
  }

  get listening(): boolean {
    return this.entry.listening;
  }

  /** Shows renewed certificates to whoever connects from now on. */
  async reloadCertificates(): Promise<void> {
    if (this.certificates && (await this.certificates.reload()))
      this.tls?.setSecureContext(this.certificates.current.fallback.options);
  }

  /** Takes no more connections and finishes what is under way; what takes longer is cut off. */
  async drain(withinMs: number): Promise<void> {
    this.isDraining = true;
    const closed = new Promise((resolve) => this.entry.close(resolve));
    const close = setInterval(() => this.http1.closeIdleConnections(), DRAIN_CHECK_MS);
    this.http1.closeIdleConnections();
    this.http2.drain();
    this.lane.drain();
    this.cap.closeUnused();
    const insist = setTimeout(() => {
      this.http2.destroy();
      this.cap.closeAll();
    }, withinMs);
    await closed;
    clearTimeout(insist);
    clearInterval(close);
    this.slowClients.stop();
    this.lingering.stop();
    this.lane.stop();
    this.http1.close();
  }

  private arrive(request: IncomingMessage, response: PacedResponse): void {
    response.paceBy(this.slowClients);
    const connection = this.connectionOf(request.socket);
    const isLast = ++connection.requests >= this.spec.bounds.maxRequestsPerConnection;
    if (isLast || this.isDraining) response.shouldKeepAlive = false; // the client should look elsewhere
    this.handlers.arrive({ request, headers: request.rawHeaders, body: request, response, connection }, this);
  }

  private arriveToUpgrade(request: IncomingMessage, socket: Socket, early: Buffer): void {
    // Refused like any other request; the connection has left HTTP and ends with the refusal.
    const response = new PacedResponse(request);
    response.assignSocket(socket);
    response.shouldKeepAlive = false;
    response.once('finish', () => socket.destroySoon());
    const connection = this.connectionOf(socket);
    const headers = request.rawHeaders;
    const upgrade = isHandshake(request) ? new Http1Upgrade(request, response, socket, early) : undefined;
    this.handlers.arrive({ request, headers, body: request, response, connection, upgrade }, this);
  }

  private connectionOf(socket: Socket): Connection {
    const known = this.known.get(socket);
    if (known) return known;
    const connection = inTheClear(socket);
    this.known.set(socket, connection);
    return connection;
  }

  /** A proxy hands on the connection of somebody else. */
  private arriveFor(socket: Socket, address: string, inner: Server): void {
    if (!this.cap.admit(socket, address)) return;
    const endpoint = endpointOf(socket);
    this.proxied.set(endpoint, address);
    socket.once('close', () => this.proxied.delete(endpoint));
    if (inner !== this.tls) this.known.set(socket, { ...inTheClear(socket), address });
    handOver(inner, socket);
  }

  private arriveSecurely(socket: TLSSocket): void {
    const connection: Connection = {
      address: this.proxied.get(endpointOf(socket)) ?? plainAddress(socket.remoteAddress),
      scheme: 'https',
      certificateThumbprint: thumbprintOf(socket),
      requests: 0,
    };
    if (socket.alpnProtocol === 'h2') return this.http2.take(socket, connection);
    this.known.set(socket, connection);
    this.take(socket, connection);
  }

  /** A connection on which HTTP/1.1 is spoken. */
  private take(socket: Socket, connection: Connection): void {
    this.lingering.adopt(socket);
    this.lane.take(socket, connection);
  }
}
