import type { Socket } from 'node:net';
import type { RequestLog } from '../records/request-log.js';
import { headBytes } from '../transport/http2-head.js';
import type { Listener, ListenerHandlers } from '../transport/listener.js';
import { watchBody } from '../transport/pace/paced-body.js';
import type { Arrival } from './arrival.js';
import { Exchange } from './exchange.js';
import type { Gate } from './gate.js';
import { malformed } from './refusals.js';
import { refuseBroken, refuseOnSocket } from './refuse-broken.js';
import type { Sampling } from './trace.js';

/** What {@link DataPlane} needs. */
export interface DataPlaneOptions {
  readonly gate: Pick<Gate, 'enter'>;
  readonly log: Pick<RequestLog, 'add'>;
  /** Undefined: no spans are made. */
  readonly sampling: Sampling | undefined;
}

/** What becomes of all that clients send, whichever way it comes. */
export class DataPlane implements ListenerHandlers {
  constructor(private readonly options: DataPlaneOptions) {}

  arrive(arrival: Arrival, { frontDoor, spec, slowClients }: Listener): void {
    const { log, sampling } = this.options;
    const exchange = new Exchange(arrival, log, sampling);
    // To HTTP/2 clients the bound is only advice (RFC 9113 §10.5.1).
    if (exchange.isHttp2 && headBytes(arrival.headers) > spec.bounds.maxHeaderBytes)
      exchange.ownHead().flaw = 'The headers are larger than is taken here.';
    if (exchange.body && exchange.hasBody)
      watchBody(exchange, exchange.body, slowClients, spec.bounds.requestSeconds);
    if (frontDoor?.answers(exchange)) return;
    this.options.gate.enter(exchange);
  }

  /** CONNECT (RFC 9110 §9.3.6) would make an open proxy of us. */
  tunnel(method: string, socket: Socket): void {
    refuseOnSocket(socket, this.options.log, malformed('CONNECT is not offered here.'), method);
  }

  broken(error: Error, socket: Socket): void {
    refuseBroken(error, socket, this.options.log);
  }
}
