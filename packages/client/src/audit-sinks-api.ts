import {
  DeadLetter,
  pageOf,
  ReplayAnswer,
  type ReplayBody,
  RetryAnswer,
  SinksAnswer,
} from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { itemsOf } from './lib/pages.js';
import { ServiceChannel } from './lib/service-channel.js';

const DeadLetterPage = pageOf(DeadLetter);

/** Where the audit log is sent to. The operator's alone: `audit:read` to look, `audit:write` to change. Errors as with `IssuerApi`. */
export class AuditSinksApi {
  readonly #channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.#channel = new ServiceChannel(options);
  }

  /** How every sink is doing. */
  list(): Promise<SinksAnswer> {
    return this.#channel.getJson('/v1/sinks', {}, SinksAnswer);
  }

  /** Sends it nothing until it is resumed; its position stays. */
  pause(name: string): Promise<void> {
    return this.#channel.post(`/v1/sinks/${encodeURIComponent(name)}/pause`);
  }

  resume(name: string): Promise<void> {
    return this.#channel.post(`/v1/sinks/${encodeURIComponent(name)}/resume`);
  }

  /** Sends every entry from `from` on again, or with `dryRun` only says how many those are. */
  replay(name: string, body: ReplayBody): Promise<ReplayAnswer> {
    const path = `/v1/sinks/${encodeURIComponent(name)}/replay`;
    return this.#channel.postJson({ path, body, repeatable: true }, ReplayAnswer);
  }

  /** What it did not take, by the log's order, fetched page by page as the caller reads on. */
  deadLetters(name: string): AsyncGenerator<DeadLetter, void> {
    const path = `/v1/sinks/${encodeURIComponent(name)}/dead-letters`;
    return itemsOf((cursor) => this.#channel.getJson(path, { cursor, limit: 500 }, DeadLetterPage));
  }

  /** Has all its dead letters offered again. */
  retry(name: string): Promise<RetryAnswer> {
    const path = `/v1/sinks/${encodeURIComponent(name)}/dead-letters/retry`;
    return this.#channel.postJson({ path, repeatable: true }, RetryAnswer);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
