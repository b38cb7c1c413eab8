import { DataSource } from 'typeorm';
import { type Called, call } from '../../apps/gateway/test/call.js';
import { type RunningGateway, startGateway } from '../../apps/gateway/test/running-gateway.js';
import { IssuerStage } from './issuer-stage.js';

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
  private constructor(
    private readonly stage: IssuerStage,
    readonly database: DataSource,
    readonly gateways: readonly RunningGateway[],
  ) {}

  static async start(): Promise<CreditStage> {
    const admin = ['tokens:read', 'tokens:write', 'tokens:verify', 'gateway:read', 'demo:read'];
    const stage = await IssuerStage.set(admin, (_request, response) => response.end('here'));
    const around = { ...stage.around, routes: ROUTES };
    const gateways = await Promise.all([startGateway(around), startGateway(around)]);
    const database = new DataSource({ type: 'postgres', url: stage.databaseUrl, schema: 'issuer' });
    return new CreditStage(stage, await database.initialize(), gateways);
  }

  get issuer() {
    return this.stage.issuer;
  }

  /** A request to one of the gateways. */
  at(gateway: 0 | 1, path: string, token: string, init: RequestInit = {}): Promise<Called> {
    return call(`${this.gateways[gateway].url}${path}`, token, init);
  }

  manage<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.stage.manage(method, path, body);
  }

  issue(credits: object | undefined, more: object = {}): Promise<Issued> {
    return this.manage('POST', '/v1/tokens', { name: 'x', scopes: ['demo:read'], credits, ...more });
  }

  async creditsOf(id: string): Promise<number> {
    const { credits } = await this.manage<{ credits: { remaining: number } }>('GET', `/v1/tokens/${id}`);
    return credits.remaining;
  }

  /** Everything that `/metrics` of one of the gateways says. */
  async metricsOf(gateway: 0 | 1): Promise<string> {
    return (await fetch(`${this.gateways[gateway].adminUrl}/metrics`)).text();
  }

  /** Changes what no call can: the time. */
  async inDatabase(statement: string, id: string): Promise<void> {
    await this.database.query(statement, [id]);
  }

  async stop(): Promise<void> {
    await this.database.destroy();
    for (const gateway of this.gateways) await gateway.stop();
    await this.stage.stop();
  }
}
