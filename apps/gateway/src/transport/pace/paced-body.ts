import type { Socket } from 'node:net';
import type { Exchange } from '../../request/exchange.js';
import { refusals } from '../../request/refusals.js';
import type { PacedClient, SlowClients } from './slow-clients.js';

/**
 * Has a client looked after that sends a body, whoever reads it.
 * @param maxSeconds from the beginning of the request to its last byte.
 */
export function watchBody(exchange: Exchange, slowClients: SlowClients, maxSeconds: number): void {
  const body = new PacedBody(exchange, maxSeconds);
  slowClients.watch(body);
  // An answer may go out before the body has come: it is looked after until then.
  exchange.request.once('close', () => body.isOver && slowClients.forget(body));
}

class PacedBody implements PacedClient {
  readonly side = 'request';
  readonly deadline: number;
  /** A request that is over may have lost it. */
  private readonly socket: Socket;

  constructor(
    private readonly exchange: Exchange,
    maxSeconds: number,
  ) {
    this.socket = exchange.request.socket;
    this.deadline = exchange.startedAt + maxSeconds * 1_000;
  }

  /** What has come was read: where upstream is the slow one, something is left. */
  get isAwaited(): boolean {
    const { request, head } = this.exchange;
    const waitsForUs = head.expect !== undefined && request.readableFlowing === null;
    return !waitsForUs && request.readableLength === 0;
  }

  get isOver(): boolean {
    const { request } = this.exchange;
    return request.complete || this.socket.destroyed;
  }

  /** Of the connection: an HTTP/2 client that is busy with its other requests is not slow. */
  get bytes(): number {
    return this.socket.bytesRead;
  }

  cutOff(): void {
    const { exchange } = this;
    // The answer may have gone out before the whole body was there.
    if (exchange.finished) this.socket.destroy();
    else exchange.refuse(refusals.requestTooSlow);
  }
}
