import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@gatehouse/testing';

const GIVE_UP_MS = 30_000;
/** Asking without a pause would keep the gateways busy with nothing but our questions. */
const PAUSE_MS = 1;
const END_OF_HEAD = '\r\n\r\n';

/**
 * Asks one gateway over and over, on one kept-alive connection, whether it still takes a token. By hand: a client that does
 * more takes the processor from those who are measured.
 */
export class GatewayProbe {
  private constructor(
    private readonly url: URL,
    private readonly socket: Socket,
  ) {}

  static async of(gateway: string): Promise<GatewayProbe> {
    const url = new URL(gateway);
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true }).setEncoding(
      'latin1',
    );
    await once(socket, 'connect');
    return new GatewayProbe(url, socket);
  }

  /** Resolves once the gateway lets the token through. */
  async letsThrough(token: string): Promise<void> {
    await eventually(async () => {
      const status = await this.ask(token);
      if (status !== 200) throw new Error(`${this.url.origin} answers ${status} to a token that is good`);
    });
  }

  /**
   * When the gateway first refuses the token, as `performance.now()`.
   * @throws Error when it still does not after so long.
   */
  async firstRefusalOf(token: string, withinMs = GIVE_UP_MS): Promise<number> {
    const giveUpAt = performance.now() + withinMs;
    while ((await this.ask(token)) !== 401) {
      if (performance.now() > giveUpAt) throw new Error(`${this.url.origin} still takes a revoked token`);
      await delay(PAUSE_MS);
    }
    return performance.now();
  }

  close(): void {
    this.socket.destroy();
  }

  /** @returns the status of the answer. */
  private async ask(token: string): Promise<number> {
    this.socket.write(
      `GET /bench/hello HTTP/1.1\r\nHost: ${this.url.host}\r\nAuthorization: Bearer ${token}${END_OF_HEAD}`,
    );
    let answer = '';
    while (!isWhole(answer)) answer += (await once(this.socket, 'data')).join('');
    return Number(answer.split(' ', 2)[1]);
  }
}

/** Whether an answer has come to its end: gateway and upstream say in each how long it is (RFC 9112 §6.2). */
function isWhole(answer: string): boolean {
  const head = answer.indexOf(END_OF_HEAD);
  const [, length] = /^content-length: *(\d+)/im.exec(answer) ?? [];
  return head !== -1 && answer.length >= head + END_OF_HEAD.length + Number(length);
}
