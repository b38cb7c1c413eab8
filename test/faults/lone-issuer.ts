import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { createDatabase, freePort, type SpawnedService, spawnService, startNats } from '@gatehouse/testing';

const ENTRY = fileURLToPath(new URL('../../apps/issuer/dist/main.js', import.meta.url));

/** The built issuer as a process of its own, with a database and a NATS server of its own. */
export interface LoneIssuer {
  readonly service: SpawnedService;
  readonly natsUrl: string;
  readonly adminToken: string;
  stop(): Promise<void>;
}

/** @param scopes what the administrator may do. */
export async function startLoneIssuer(
  scopes: readonly string[],
  env: Record<string, string> = {},
): Promise<LoneIssuer> {
  const [database, nats, port] = await Promise.all([createDatabase(), startNats(), freePort()]);
  const adminToken = formatOpaqueToken('gh', 'test');
  const service = await spawnService({
    entry: ENTRY,
    env: {
      PORT: String(port),
      NATS_URL: nats.url,
      DATABASE_URL: database.url,
      TOKEN_PEPPERS: `1:${randomBytes(32).toString('base64url')}`,
      MASTER_KEY: randomBytes(32).toString('base64url'),
      BOOTSTRAP_TOKENS: JSON.stringify([{ name: 'admin', token: adminToken, scopes }]),
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  return {
    service,
    natsUrl: nats.url,
    adminToken,
    async stop() {
      await service.stop();
      await nats.stop();
      await database.drop();
    },
  };
}
