import { type Dispatcher, Pool } from 'undici';
import type { ReplayRequest } from './replay-request.js';

/** What is left of an answer once its body was thrown away. */
export interface DiscardedAnswer {
  status: number;
  contentType: string;
}

const STALLED_MS = 60_000;

/** Keep-alive connections to one origin that throw bodies away as they come in. */
export class DiscardingPool {
  readonly #pool: Pool;

  /** @param connections at most so many at a time. */
  constructor(origin: string, connections: number) {
    this.#pool = new Pool(origin, {
      connections,
      pipelining: 1,
      headersTimeout: STALLED_MS,
      bodyTimeout: STALLED_MS,
    });
  }

  /** Resolves when the whole answer has come in. */
  send({ method, path, headers }: ReplayRequest): Promise<DiscardedAnswer> {
    return new Promise((resolve, reject) => {
      const answer: DiscardedAnswer = { status: 0, contentType: '' };
      const handler: Dispatcher.DispatchHandler = {
        // Known to undici as the sign of the current handler interface.
        onRequestStart() {},
        onResponseStart(_controller, status, responseHeaders) {
          answer.status = status;
          answer.contentType = String(responseHeaders['content-type'] ?? '');
        },
        onResponseData() {},
        onResponseEnd: () => resolve(answer),
        onResponseError: (_controller, error) => reject(error),
      };
      this.#pool.dispatch({ method, path, headers, body: null }, handler);
    });
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
