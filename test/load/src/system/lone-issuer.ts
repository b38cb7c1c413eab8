import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { freePort, spawnService, startNats, startPostgres } from '@gatehouse/testing';
import type { CleanUp } from '../clean-up.js';

const ENTRY = fileURLToPath(new URL('../../../../apps/issuer/dist/main.js', import.meta.url));
/** Connections to Postgres: the issuer's pool, and that of whoever is measured beside it. */
export const POOL = 16;

/** An issuer over a durable Postgres and a NATS of its own. */
export interface LoneIssuer {
  url: string;
  databaseUrl: string;
  natsUrl: string;
  /** May issue tokens, register applications and read events. */
  adminToken: string;
}

/** Starts the built issuer and its engines; Postgres syncs every commit. */
export async function startLoneIssuer(cleanUp: CleanUp): Promise<LoneIssuer> {
  const [postgres, nats, port] = await Promise.all([
    startPostgres({ durable: true }),
    startNats(),
    freePort(),
  ]);
  cleanUp.add(() => postgres.stop());
  cleanUp.add(() => nats.stop());
  const adminToken = formatOpaqueToken('gh', 'bench');
  const scopes = ['tokens:read', 'tokens:write', 'events:read', 'apps:write', 'bench:read'];
  const issuer = await spawnService({
    entry: ENTRY,
    env: {
      PORT: `${port}`,
      LOG_LEVEL: 'warn',
      NATS_URL: nats.url,
      DATABASE_URL: postgres.url,
      DATABASE_POOL: `${POOL}`,
      TOKEN_PEPPERS: `1:${randomBytes(32).toString('base64url')}`,
      MASTER_KEY: randomBytes(32).toString('base64url'),
      BOOTSTRAP_TOKENS: JSON.stringify([{ name: 'bench', token: adminToken, scopes }]),
    },
  });
  cleanUp.add(() => issuer.stop());
  return { url: issuer.url, databaseUrl: postgres.url, natsUrl: nats.url, adminToken };
}
