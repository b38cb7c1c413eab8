import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@gatehouse/testing';
import { Client } from 'undici';

const GIVE_UP_MS = 30_000;
/** Asking without a pause would keep the gateways busy with nothing but our questions. */
const PAUSE_MS = 1;

/** Asks one gateway over and over, on one kept-alive connection, whether it still takes a token. */
export class GatewayProbe {
  readonly #client: Client;

  constructor(private readonly url: string) {
    this.#client = new Client(url);
  }

  /** Resolves once the gateway lets the token through. */
  async letsThrough(token: string): Promise<void> {
    await eventually(async () => {
      const status = await this.#ask(token);
      if (status !== 200) throw new Error(`${this.url} answers ${status} to a token that is good`);
    });
  }

  /**
   * When the gateway first refuses the token, as `performance.now()`.
   * @throws Error when it still does not after so long.
   */
  async firstRefusalOf(token: string, withinMs = GIVE_UP_MS): Promise<number> {
    const giveUpAt = performance.now() + withinMs;
    while ((await this.#ask(token)) !== 401) {
      if (performance.now() > giveUpAt) throw new Error(`${this.url} still takes a revoked token`);
      await delay(PAUSE_MS);
    }
    return performance.now();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #ask(token: string): Promise<number> {
    const { statusCode, body } = await this.#client.request({
      method: 'GET',
      path: '/bench/hello',
      headers: { authorization: `Bearer ${token}` },
    });
    await body.dump();
    return statusCode;
  }
}
