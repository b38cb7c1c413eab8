import type { AccessLogEntry } from '../access-log/access-log-entry.js';
import type { ClientTokens } from './client-tokens.js';
import { type DiscardedAnswer, DiscardingPool } from './discarding-pool.js';
import { replayRequest } from './replay-request.js';
import { StatusTally } from './status-tally.js';
import { withRetries } from './with-retries.js';

const PATIENCE_MS = 60_000;
const RETRIED = new Set([502, 503, 504]);

/** The gateway itself said, for now, no. */
class GatewayBusy extends Error {
  constructor(readonly answer: DiscardedAnswer) {
    super(`the gateway answers ${answer.status}`);
  }
}

/** Sends logged requests through the gateway and counts what comes of them. */
export class Sender {
  readonly sent = new StatusTally();
  /** Answers of the upstream. */
  readonly answered = new StatusTally();
  /** Answers of the gateway itself. */
  readonly refused = new StatusTally();
  retries = 0;
  unanswered = 0;
  /** What went wrong last, for the report. */
  lastError = '';
  readonly #pool: DiscardingPool;
  readonly #basePath: string;

  constructor(
    gatewayUrl: string,
    connections: number,
    private readonly tokens: ClientTokens,
    private readonly signal: AbortSignal,
  ) {
    const { origin, pathname } = new URL(gatewayUrl);
    this.#pool = new DiscardingPool(origin, connections);
    this.#basePath = pathname.replace(/\/$/, '');
  }

  /** Sends one request until it is answered; however often it takes, it counts once. */
  async send(entry: AccessLogEntry): Promise<void> {
    this.sent.add(entry.status);
    try {
      this.#count(await withRetries(() => this.#attempt(entry), this.#retryOptions));
    } catch (error) {
      if (error instanceof GatewayBusy) return this.#count(error.answer);
      this.unanswered++;
      this.lastError = error instanceof Error ? error.message : String(error);
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #attempt(entry: AccessLogEntry): Promise<DiscardedAnswer> {
    const request = replayRequest(entry, this.tokens.of(entry.client));
    const answer = await this.#pool.send({ ...request, path: this.#basePath + request.path });
    if (isFromGateway(answer) && RETRIED.has(answer.status)) throw new GatewayBusy(answer);
    return answer;
  }

  #count(answer: DiscardedAnswer): void {
    (isFromGateway(answer) ? this.refused : this.answered).add(answer.status);
  }

  get #retryOptions() {
    const onRetry = () => void this.retries++;
    return { deadlineMs: PATIENCE_MS, mayPass: () => true, signal: this.signal, onRetry };
  }
}

/** The upstream of a replay writes no problem documents. */
const isFromGateway = ({ contentType }: DiscardedAnswer): boolean =>
  contentType.startsWith('application/problem+json');
