import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  createDatabase,
  freePort,
  serve,
  type SpawnedService,
  spawnService,
  startNats,
} from '@gatehouse/testing';
import { DataSource } from 'typeorm';
import { type Called, call } from '../../apps/gateway/test/call.js';
import { ADMIN_TOKEN, SERVICE_TOKEN } from '../../apps/gateway/test/issuer-stand-in.js';
import { type RunningGateway, startGateway } from '../../apps/gateway/test/running-gateway.js';

const ENTRY = fileURLToPath(new URL('../../apps/issuer/dist/main.js', import.meta.url));

const ROUTES = `
routes:
  - { id: free, path: /free/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] } }
  - { id: paid, path: /paid/*, upstream: '\${UPSTREAM_URL}', scopes: { GET: [], POST: [], PUT: [demo:write] }, cost: { POST: 5, '*': 1 } }
  - { id: limited, path: /limited/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, cost: 2, limits: [{ per: token, requests: 2, every: day }] }
  - { id: broken, path: /broken/*, upstream: 'http://127.0.0.1:1', scopes: { '*': [] }, cost: 3 }
`;

/** A token as it was issued. */
export interface Issued {
  readonly id: string;
  readonly token: string;
}

/** A real issuer with its database, and two gateways. */
export class CreditStage {
  private readonly cleanUp: (() => Promise<unknown>)[] = [];
  readonly served: string[] = [];

  private constructor(
    readonly issuer: SpawnedService,
    readonly database: DataSource,
    readonly gateways: readonly RunningGateway[],
  ) {}

  static async start(): Promise<CreditStage> {
    const [database, nats, port] = await Promise.all([createDatabase(), startNats(), freePort()]);
    const upstream = await serve((_request, response) => response.end('here'));
    const admin = ['tokens:read', 'tokens:write', 'tokens:verify', 'gateway:read', 'demo:read'];
    const issuer = await spawnService({
      entry: ENTRY,
      env: {
        PORT: `${port}`,
        NATS_URL: nats.url,
        DATABASE_URL: database.url,
        TOKEN_PEPPERS: `1:${randomBytes(32).toString('base64url')}`,
        MASTER_KEY: randomBytes(32).toString('base64url'),
        BOOTSTRAP_TOKENS: JSON.stringify([
          { name: 'admin', token: ADMIN_TOKEN, scopes: admin },
          { name: 'gateway', token: SERVICE_TOKEN, scopes: ['tokens:lookup', 'events:read'] },
        ]),
      },
    });
    const around = { natsUrl: nats.url, issuerUrl: issuer.url, upstreamUrl: upstream.url, routes: ROUTES };
    const gateways = await Promise.all([startGateway(around), startGateway(around)]);
    const dataSource = await new DataSource({
      type: 'postgres',
      url: database.url,
      schema: 'issuer',
    }).initialize();
    const stage = new CreditStage(issuer, dataSource, gateways);
    stage.cleanUp.push(() => dataSource.destroy());
    for (const part of [...gateways, issuer, nats, upstream]) stage.cleanUp.push(() => part.stop());
    stage.cleanUp.push(() => database.drop());
    return stage;
  }

  /** A request to one of the gateways. */
  at(gateway: 0 | 1, path: string, token: string, init: RequestInit = {}): Promise<Called> {
    return call(`${this.gateways[gateway].url}${path}`, token, init);
  }

  async manage<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(this.issuer.url + path, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  issue(credits: object | undefined, more: object = {}): Promise<Issued> {
    return this.manage('POST', '/v1/tokens', { name: 'x', scopes: ['demo:read'], credits, ...more });
  }

  async creditsOf(id: string): Promise<number> {
    const { credits } = await this.manage<{ credits: { remaining: number } }>('GET', `/v1/tokens/${id}`);
    return credits.remaining;
  }

  /** Changes what no call can: the time. */
  async inDatabase(statement: string, id: string): Promise<void> {
    await this.database.query(statement, [id]);
  }

  async stop(): Promise<void> {
    for (const step of this.cleanUp) await step();
  }
}
