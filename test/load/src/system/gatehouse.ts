import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IssuerApi } from '@gatehouse/client';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { freePort, spawnService, type SpawnedService, startNats, startPostgres } from '@gatehouse/testing';
import type { CorePlan } from '../cores.js';
import type { Surroundings } from '../surroundings.js';

const APPS = new URL('../../../../apps/', import.meta.url);
const SERVICE_SCOPES = ['tokens:lookup', 'events:read'];

/** Which parts of Gatehouse to start. */
export interface GatehouseOptions {
  gateways: number;
  /** Whether request records are taken in, as in production; otherwise they stay with the gateways. */
  analytics: boolean;
  /** Path of gateway.yaml. */
  routesFile: string;
  /** Variables that it interpolates. */
  upstreamUrl: string;
  /** What the operator's token may do besides issuing. */
  grants: readonly string[];
}

/** A running Gatehouse: real services, each a process, over a real Postgres and a real NATS. */
export interface Gatehouse {
  natsUrl: string;
  issuer: IssuerApi;
  /** URLs of the gateways. */
  gateways: string[];
}

/** Starts the parts asked for and binds each to its cores. */
export async function startGatehouse(
  options: GatehouseOptions,
  surroundings: Surroundings,
): Promise<Gatehouse> {
  const engines = await startEngines(surroundings);
  const [admin, service] = [formatOpaqueToken('gh', 'bench'), formatOpaqueToken('gh', 'bench')];
  const operator = ['tokens:read', 'tokens:write', 'events:read', ...options.grants];
  const issuer = await startApp('issuer', surroundings, {
    ...engines,
    TOKEN_PEPPERS: `1:${randomBytes(32).toString('base64url')}`,
    BOOTSTRAP_TOKENS: JSON.stringify([
      { name: 'admin', token: admin, scopes: operator },
      { name: 'service', token: service, scopes: SERVICE_SCOPES },
    ]),
  });
  const calls = { NATS_URL: engines.NATS_URL, ISSUER_URL: issuer.url, SERVICE_TOKEN: service };
  if (options.analytics)
    await startApp('analytics', surroundings, { ...calls, CHDB_PATH: join(surroundings.folder, 'chdb') });
  const gateways: string[] = [];
  for (let number = 1; number <= options.gateways; number++)
    gateways.push((await startGateway(number, options, calls, surroundings)).url);
  const issuerApi = new IssuerApi({ url: issuer.url, token: admin, connections: 64, timeoutMs: 60_000 });
  surroundings.cleanUp.add(() => issuerApi.close());
  return { natsUrl: engines.NATS_URL, issuer: issuerApi, gateways };
}

async function startEngines({ folder, pinning, cleanUp }: Surroundings) {
  const storeDir = join(folder, 'nats');
  await mkdir(storeDir);
  const nats = await startNats({ storeDir });
  cleanUp.add(() => nats.stop());
  await pinning.pin(nats.pid, 'rest');
  const dataDir = join(folder, 'postgres');
  const postgres = await startPostgres({ dataDir, durable: true });
  cleanUp.add(() => postgres.stop());
  await pinning.pin(postgres.pid, 'rest');
  return { DATABASE_URL: postgres.url, NATS_URL: nats.url };
}

async function startGateway(
  number: number,
  { routesFile, upstreamUrl, gateways }: GatehouseOptions,
  calls: Record<string, string>,
  surroundings: Surroundings,
): Promise<SpawnedService> {
  const spool = join(surroundings.folder, `spool-${number}`);
  await mkdir(spool);
  const adminPort = await freePort();
  const environment = {
    ...calls,
    ADMIN_PORT: `${adminPort}`,
    GATEWAY_CONFIG: routesFile,
    GATEWAY_ID: `bench-${number}`,
    SPOOL_DIR: spool,
    UPSTREAM_URL: upstreamUrl,
  };
  // Several gateways are no proxy under test: they share a core with nobody's measurement.
  return startApp('gateway', surroundings, environment, gateways === 1 ? 'proxy' : 'rest', adminPort);
}

async function startApp(
  app: 'issuer' | 'gateway' | 'analytics',
  { pinning, cleanUp }: Surroundings,
  environment: Record<string, string>,
  role: keyof CorePlan = 'rest',
  healthPort?: number,
): Promise<SpawnedService> {
  const service = await spawnService({
    entry: fileURLToPath(new URL(`${app}/dist/main.js`, APPS)),
    env: { HOST: '127.0.0.1', PORT: `${await freePort()}`, LOG_LEVEL: 'warn', ...environment },
    healthPort,
    readyTimeoutMs: 60_000,
  });
  cleanUp.add(() => service.stop());
  await pinning.pin(service.pid, role);
  return service;
}

/** Writes gateway.yaml and the files it names, and answers its path. */
export async function writeRoutes(folder: string, files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return join(folder, 'gateway.yaml');
}
