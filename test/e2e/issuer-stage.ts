import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import {
  createDatabase,
  freePort,
  serve,
  type SpawnedService,
  spawnService,
  startNats,
} from '@gatehouse/testing';
import { ADMIN_TOKEN, SERVICE_TOKEN } from '../../apps/gateway/test/issuer-stand-in.js';

const ENTRY = fileURLToPath(new URL('../../apps/issuer/dist/main.js', import.meta.url));

/** What gateways of a test stand between: a real issuer with its database and broker, and an upstream. */
export class IssuerStage {
  private constructor(
    readonly issuer: SpawnedService,
    readonly databaseUrl: string,
    /** What a gateway has to know of it. */
    readonly around: { natsUrl: string; issuerUrl: string; upstreamUrl: string },
    readonly stop: () => Promise<void>,
  ) {}

  /**
   * @param scopes of whoever shows {@link ADMIN_TOKEN}.
   * @param answer of the upstream.
   */
  static async set(scopes: readonly string[], answer: RequestListener): Promise<IssuerStage> {
    const [database, nats, port] = await Promise.all([createDatabase(), startNats(), freePort()]);
    const upstream = await serve(answer);
    const issuer = await spawnService({
      entry: ENTRY,
      env: {
        PORT: `${port}`,
        NATS_URL: nats.url,
        DATABASE_URL: database.url,
        TOKEN_PEPPERS: `1:${randomBytes(32).toString('base64url')}`,
        MASTER_KEY: randomBytes(32).toString('base64url'),
        BOOTSTRAP_TOKENS: JSON.stringify([
          { name: 'admin', token: ADMIN_TOKEN, scopes },
          { name: 'gateway', token: SERVICE_TOKEN, scopes: ['tokens:lookup', 'events:read'] },
        ]),
      },
    });
    const around = { natsUrl: nats.url, issuerUrl: issuer.url, upstreamUrl: upstream.url };
    return new IssuerStage(issuer, database.url, around, async () => {
      for (const part of [issuer, nats, upstream]) await part.stop();
      await database.drop();
    });
  }

  /** Does something at the management API. @throws Error for anything but a success. */
  async manage<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(this.issuer.url + path, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }
}
