import type { Socket } from 'node:net';
import type { InboundBody } from '../../request/answer.js';
import type { Exchange } from '../../request/exchange.js';
import { refusals } from '../../request/refusals.js';
import type { PacedClient, SlowClients } from './slow-clients.js';

/**
 * Has a client looked after that sends a body, whoever reads it.
 * @param maxSeconds from the beginning of the request to its last byte.
 */
export function watchBody(
  exchange: Exchange,
  body: InboundBody,
  slowClients: SlowClients,
  maxSeconds: number,
): void {
  const paced = new PacedBody(exchange, body, maxSeconds);
  slowClients.watch(paced);
  // An answer may go out before the body has come: it is looked after until then.
  body.once('close', () => paced.isOver && slowClients.forget(paced));
}

class PacedBody implements PacedClient {
  readonly side = 'request';
  readonly deadline: number;
  /** A request that is over may have lost it. */
  private readonly socket: Socket;

  constructor(
    private readonly exchange: Exchange,
    private readonly body: InboundBody,
    maxSeconds: number,
  ) {
    this.socket = body.socket;
    this.deadline = exchange.startedAt + maxSeconds * 1_000;
  }

  /** What has come was read: where upstream is the slow one, something is left. */
  get isAwaited(): boolean {
    const { exchange, body } = this;
    const waitsForUs = exchange.head.expect !== undefined && body.readableFlowing === null;
    return !waitsForUs && body.readableLength === 0;
  }

  get isOver(): boolean {
    return this.body.complete || this.socket.destroyed;
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
