import { createHash } from 'node:crypto';
import { GatehouseProblem, GatehouseUnreachable, type IssuerApi } from '@gatehouse/client';
import { inParallel } from './in-parallel.js';
import { withRetries } from './with-retries.js';

const CONCURRENCY = 16;
const PATIENCE_MS = 60_000;

/** How the tokens of one replay are issued. */
export interface ClientTokensOptions {
  issuer: IssuerApi;
  /** Kept with each token, so that they can be found again. */
  run: string;
  expiresInSeconds: number;
  signal: AbortSignal;
  onProgress: (done: number) => void;
}

/** One token for each client; clients beyond the first ones share theirs. */
export class ClientTokens {
  readonly #byClient = new Map<string, string>();
  readonly #ids: string[] = [];
  readonly #secrets: string[] = [];

  constructor(private readonly options: ClientTokensOptions) {}

  /** @param clients who get a token of their own. */
  async issue(clients: ReadonlySet<string>): Promise<void> {
    await inParallel(clients, CONCURRENCY, async (client) => {
      this.options.signal.throwIfAborted();
      const { id, token } = await this.#patiently(() => this.#issueOne());
      this.#byClient.set(client, token);
      this.#secrets.push(token);
      this.options.onProgress(this.#ids.push(id));
    });
  }

  /** The token a client calls with: always the same. */
  of(client: string): string {
    return this.#byClient.get(client) ?? this.#secrets[shareOf(client, this.#secrets.length)]!;
  }

  get count(): number {
    return this.#ids.length;
  }

  /** @returns how many could not be revoked; they expire soon. */
  async revokeAll(onProgress: (done: number) => void): Promise<number> {
    let [done, failed] = [0, 0];
    await inParallel(this.#ids, CONCURRENCY, async (id) => {
      await this.#patiently(() => this.options.issuer.revoke(id, 'replay ended')).catch(() => failed++);
      onProgress(++done);
    });
    return failed;
  }

  #issueOne() {
    const { issuer, run, expiresInSeconds } = this.options;
    // Client addresses are personal data: they stay out of names, which live as long as the audit log.
    return issuer.issue({
      name: `replay ${run}`,
      scopes: ['replay:send'],
      expiresInSeconds,
      metadata: { replay: run },
    });
  }

  /** An answer lost on the way may leave a token nobody knows: it expires soon and can do nothing but replay. */
  #patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    // Not the caller's signal: tokens are revoked after Ctrl-C, too.
    return withRetries(call, { deadlineMs: PATIENCE_MS, mayPass, signal: new AbortController().signal });
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof GatehouseUnreachable || (error instanceof GatehouseProblem && error.status >= 500);

const shareOf = (client: string, count: number): number =>
  createHash('sha256').update(client).digest().readUInt32BE() % count;
