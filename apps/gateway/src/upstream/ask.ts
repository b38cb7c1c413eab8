import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Sender } from './connections.js';

/** A whole answer, or as much of it as was wanted. */
export interface Told {
  readonly status: number;
  readonly body: Buffer;
  /** What followed the body. */
  readonly trailers: IncomingHttpHeaders;
}

/** How long an answer is waited for, and how much of it is read. */
export interface AskBounds {
  readonly signal: AbortSignal;
  /** When more comes, the rest is broken off. */
  readonly maxBytes: number;
}

/**
 * Asks something on the gateway's own behalf.
 * @throws whatever went wrong, or the signal's reason.
 */
export const ask = (to: Sender, options: Dispatcher.DispatchOptions, bounds: AskBounds): Promise<Told> =>
  new Promise((resolve, reject) => {
    const asking = new Asking(bounds.maxBytes, resolve, reject);
    bounds.signal.addEventListener('abort', () => asking.giveUp(toError(bounds.signal.reason)), {
      once: true,
    });
    if (bounds.signal.aborted) reject(toError(bounds.signal.reason));
    else to.dispatch(options, asking);
  });

class Asking implements Dispatcher.DispatchHandler {
  private status = 0;
  private bytes = 0;
  private readonly pieces: Buffer[] = [];
  private controller: Dispatcher.DispatchController | undefined;
  private gaveUp: Error | undefined;

  constructor(
    private readonly maxBytes: number,
    private readonly resolve: (told: Told) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  giveUp(reason: Error): void {
    this.gaveUp = reason;
    this.reject(reason);
    this.controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.gaveUp) controller.abort(this.gaveUp);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= this.maxBytes) return void this.pieces.push(chunk);
    this.settle({});
    controller.abort(new Error('nobody reads the rest'));
  }

  onResponseEnd(_: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.settle(trailers);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }

  private settle(trailers: IncomingHttpHeaders): void {
    this.resolve({ status: this.status, body: Buffer.concat(this.pieces), trailers });
  }
}

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
