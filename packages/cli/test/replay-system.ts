import { json, serve } from '@gatehouse/testing';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { problemOf, type UsageAnswer } from '@gatehouse/contracts';
import { sampleToken } from '../../client/test/sample-token.js';

const at = () => new Date().toISOString();

/** What arrived at the gateway. */
export interface Arrival {
  method: string;
  target: string;
  headers: IncomingMessage['headers'];
}

/**
 * An issuer, a gateway with its upstream, and analytics, as far as a replay sees them: real HTTP servers that keep to the
 * contract. The services themselves are driven by the end-to-end tests.
 */
export class ReplaySystem {
  readonly arrivals: Arrival[] = [];
  readonly issued = new Map<string, string>();
  readonly revoked = new Set<string>();
  /** Answers the gateway gives itself before it works, as while it starts. */
  busyAnswers = 0;
  /** Records that get lost on the way. */
  lostRecords = 0;
  readonly #records = new Map<number, number>();
  readonly #stops: (() => Promise<void>)[] = [];
  args: string[] = [];

  static async start(): Promise<ReplaySystem> {
    const system = new ReplaySystem();
    const serveAs = async (
      option: string,
      listener: (req: IncomingMessage, res: ServerResponse) => unknown,
    ) => {
      const server = await serve((request, response) => void listener(request, response));
      system.#stops.push(server.stop);
      system.args.push(option, server.url);
    };
    await serveAs('--issuer-url', (request, response) => system.#issuer(request, response));
    await serveAs('--gateway-url', (request, response) => system.#gateway(request, response));
    await serveAs('--analytics-url', (request, response) => system.#analytics(request, response));
    return system;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }

  async #issuer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await text(request);
    const [, id] = /^\/v1\/tokens\/(tok_\w+)\/revoke$/.exec(request.url!) ?? [];
    if (id) this.revoked.add(id);
    const token = { id: id ?? `tok_${randomUUID().replaceAll('-', '')}`, token: `gh_test_${randomUUID()}` };
    if (!id) this.issued.set(token.token, token.id);
    json(response, id ? 200 : 201, { ...sampleToken, ...token });
  }

  #gateway(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    if (this.busyAnswers-- > 0) return json(response, 503, problemOf('view-stale', 'starting', 'r'));
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!this.issued.has(token)) return json(response, 401, problemOf('token-unknown', 'who?', 'r'));
    this.arrivals.push({ method: request.method!, target: request.url!, headers: request.headers });
    const status = Number(request.headers['x-replay-status']);
    if (this.lostRecords-- <= 0) this.#records.set(status, (this.#records.get(status) ?? 0) + 1);
    response.writeHead(status, { 'content-length': 3 }).end('abc');
  }

  #analytics(request: IncomingMessage, response: ServerResponse): void {
    const query = new URL(request.url!, 'http://analytics').searchParams;
    if (query.get('route') !== 'replay' || query.get('outcome') !== 'served')
      return json(response, 400, problemOf('query-invalid', 'not what a replay asks', 'r'));
    const rows = [...this.#records].map(([status, calls]) => ({ at: at(), status, ...measures(calls) }));
    const answer: UsageAnswer = {
      from: at(),
      to: at(),
      interval: 'all',
      groupBy: ['status'],
      rows,
      totals: measures(0),
      missing: 0,
    };
    json(response, 200, answer);
  }
}

const measures = (calls: number): UsageAnswer['totals'] => ({
  calls,
  errors: 0,
  latencyMs: { p50: 1, p95: 1, p99: 1 },
  requestBytes: 0,
  responseBytes: 0,
  credits: 0,
});
