import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bareEnvironment, becomesReady } from '@gatehouse/testing';
import type { LocalConfig } from '../local.config.js';
import type { Part } from '../part.js';
import type { Ports } from '../ports.js';
import { writePrivateFile } from '../private-file.js';
import type { Secrets, ServiceCaller } from '../secrets.js';
import type { StateDir } from '../state-dir.js';

const READY_TIMEOUT_MS = 60_000;
const SERVICE_GRACE_MS = 15_000;
const REPOSITORY = new URL('../../../../', import.meta.url);

/** What the services are wired from. */
export interface Wiring {
  state: StateDir;
  secrets: Secrets;
  ports: Ports;
  config: LocalConfig;
  databaseUrl: string;
  /** The NATS URL for one service, with its credentials. */
  natsUrl: (user: 'issuer' | 'gateway' | 'audit' | 'analytics') => string;
}

const local = (port: number): string => `http://127.0.0.1:${port}`;

/** The issuer: everything else asks it. */
export async function issuerPart(wiring: Wiring): Promise<Part> {
  const { secrets, ports } = wiring;
  return service(wiring, 'issuer', ports.issuer, {
    ...(await natsUrl(wiring, 'issuer')),
    ...(await databaseUrl(wiring)),
    TOKEN_PEPPERS_FILE: secrets.files.peppers,
    BOOTSTRAP_TOKENS_FILE: secrets.files.bootstrapTokens,
  });
}

/** The audit log. */
export async function auditPart(wiring: Wiring): Promise<Part> {
  return service(wiring, 'audit', wiring.ports.audit, {
    ...(await natsUrl(wiring, 'audit')),
    ...(await databaseUrl(wiring)),
    ...callsIssuer(wiring, 'audit'),
    AUDIT_SIGNING_KEY_FILE: wiring.secrets.files.auditSigningKey,
  });
}

/** Analytics, with ClickHouse inside unless one runs elsewhere. */
export async function analyticsPart(wiring: Wiring): Promise<Part> {
  const { CLICKHOUSE_URL } = wiring.config;
  const store: Record<string, string> = CLICKHOUSE_URL
    ? { CLICKHOUSE_URL_FILE: await secretFile(wiring, 'clickhouse-url', CLICKHOUSE_URL) }
    : { CHDB_PATH: join(wiring.state.data, 'clickhouse') };
  return service(wiring, 'analytics', wiring.ports.analytics, {
    ...(await natsUrl(wiring, 'analytics')),
    ...callsIssuer(wiring, 'analytics'),
    ...store,
  });
}

/** One of the gateways, the first being number 0: each has a spool of its own. */
export async function gatewayPart(wiring: Wiring, index: number): Promise<Part> {
  const { proxy, admin } = wiring.ports.gateways[index]!;
  const name = index === 0 ? 'gateway' : `gateway-${index + 1}`;
  const spool = join(wiring.state.data, name);
  await mkdir(spool, { recursive: true, mode: 0o700 });
  const environment = {
    PORT: `${proxy}`,
    ADMIN_PORT: `${admin}`,
    GATEWAY_CONFIG:
      wiring.config.GATEWAY_CONFIG ?? fileURLToPath(new URL('infra/local/gateway.yaml', REPOSITORY)),
    SPOOL_DIR: spool,
    UPSTREAM_URL: local(wiring.ports.upstream),
    ...(await natsUrl(wiring, 'gateway')),
    ...callsIssuer(wiring, 'gateway'),
  };
  return { ...service(wiring, 'gateway', admin, environment), name };
}

/** The API behind the gateway, to try things with. */
export function upstreamPart({ ports }: Pick<Wiring, 'ports'>): Part {
  const entry = fileURLToPath(new URL('infra/local/dist/demo-upstream/main.js', REPOSITORY));
  return nodePart('upstream', entry, ports.upstream, { PORT: `${ports.upstream}` });
}

function service(
  { config }: Wiring,
  app: 'issuer' | 'gateway' | 'audit' | 'analytics',
  healthPort: number,
  environment: Record<string, string>,
): Part {
  const entry = fileURLToPath(new URL(`apps/${app}/dist/main.js`, REPOSITORY));
  return nodePart(app, entry, healthPort, {
    HOST: '127.0.0.1',
    PORT: `${healthPort}`,
    LOG_LEVEL: config.LOG_LEVEL,
    ...environment,
  });
}

function nodePart(
  name: string,
  entry: string,
  healthPort: number,
  environment: Record<string, string>,
): Part {
  return {
    name,
    program: {
      command: process.execPath,
      args: [entry],
      env: { ...bareEnvironment(), ...environment },
    },
    ready: (child) => becomesReady(child, healthPort, READY_TIMEOUT_MS),
    stopSignal: 'SIGTERM',
    graceMs: SERVICE_GRACE_MS,
    // pino writes JSON lines; anything else is a stack trace or a message from Node itself.
    isLoud: (line) => (line.startsWith('{') ? /"level":"(warn|error|fatal)"/.test(line) : line !== ''),
  };
}

/** Secrets reach a service by files: an environment is easily seen. */
async function secretFile({ state }: Wiring, name: string, value: string): Promise<string> {
  const path = join(state.secrets, name);
  await writePrivateFile(path, `${value}\n`);
  return path;
}

async function natsUrl(wiring: Wiring, user: 'issuer' | ServiceCaller): Promise<Record<string, string>> {
  return { NATS_URL_FILE: await secretFile(wiring, `nats-url-${user}`, wiring.natsUrl(user)) };
}

async function databaseUrl(wiring: Wiring): Promise<Record<string, string>> {
  return { DATABASE_URL_FILE: await secretFile(wiring, 'database-url', wiring.databaseUrl) };
}

const callsIssuer = ({ secrets, ports }: Wiring, caller: ServiceCaller): Record<string, string> => ({
  ISSUER_URL: local(ports.issuer),
  SERVICE_TOKEN_FILE: secrets.files.serviceTokens[caller],
});
