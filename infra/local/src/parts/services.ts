import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bareEnvironment, becomesReady, GATEWAY_FLAGS, SERVICE_FLAGS } from '@gatehouse/testing';
import type { LocalConfig } from '../local.config.js';
import type { Part } from '../part.js';
import type { Ports } from '../ports.js';
import type { Secrets, ServiceCaller } from '../secrets.js';
import type { StateDir } from '../state-dir.js';
import type { UrlFiles } from '../url-files.js';

const READY_TIMEOUT_MS = 60_000;
const SERVICE_GRACE_MS = 15_000;
const REPOSITORY = new URL('../../../../', import.meta.url);

/** What the services are wired from. */
export interface Wiring {
  state: StateDir;
  secrets: Secrets;
  ports: Ports;
  config: LocalConfig;
  urlFiles: UrlFiles;
}

const local = (port: number): string => `http://127.0.0.1:${port}`;

/** The issuer: everything else asks it. */
export function issuerPart(wiring: Wiring): Part {
  const { secrets, ports, urlFiles } = wiring;
  return service(wiring, 'issuer', ports.issuer, {
    NATS_URL_FILE: urlFiles.nats.issuer,
    DATABASE_URL_FILE: urlFiles.database,
    TOKEN_PEPPERS_FILE: secrets.files.peppers,
    MASTER_KEY_FILE: secrets.files.masterKey,
    BOOTSTRAP_TOKENS_FILE: secrets.files.bootstrapTokens,
  });
}

/** The audit log. */
export function auditPart(wiring: Wiring): Part {
  return service(wiring, 'audit', wiring.ports.audit, {
    NATS_URL_FILE: wiring.urlFiles.nats.audit,
    DATABASE_URL_FILE: wiring.urlFiles.database,
    ...callsIssuer(wiring, 'audit'),
    AUDIT_SIGNING_KEY_FILE: wiring.secrets.files.auditSigningKey,
  });
}

/** Analytics, with ClickHouse inside unless one runs elsewhere. */
export function analyticsPart(wiring: Wiring): Part {
  const { state, urlFiles } = wiring;
  const store: Record<string, string> = urlFiles.clickhouse
    ? { CLICKHOUSE_URL_FILE: urlFiles.clickhouse }
    : { CHDB_PATH: join(state.data, 'clickhouse') };
  return service(wiring, 'analytics', wiring.ports.analytics, {
    NATS_URL_FILE: urlFiles.nats.analytics,
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
    GATEWAY_CONFIG: wiring.config.GATEWAY_CONFIG ?? fileURLToPath(new URL('gateway.yaml', REPOSITORY)),
    SPOOL_DIR: spool,
    UPSTREAM_URL: local(wiring.ports.upstream),
    NATS_URL_FILE: wiring.urlFiles.nats.gateway,
    ...callsIssuer(wiring, 'gateway'),
  };
  return { ...service(wiring, 'gateway', admin, environment), name };
}

/** The API behind the gateway, to try things with. */
export function upstreamPart({ ports }: Pick<Wiring, 'ports'>): Part {
  const entry = fileURLToPath(new URL('infra/local/dist/demo-upstream/main.js', REPOSITORY));
  return nodePart('upstream', [...SERVICE_FLAGS, entry], ports.upstream, { PORT: `${ports.upstream}` });
}

function service(
  { config }: Wiring,
  app: 'issuer' | 'gateway' | 'audit' | 'analytics',
  healthPort: number,
  environment: Record<string, string>,
): Part {
  const entry = fileURLToPath(new URL(`apps/${app}/dist/main.js`, REPOSITORY));
  const flags = app === 'gateway' ? GATEWAY_FLAGS : SERVICE_FLAGS;
  return nodePart(app, [...flags, entry], healthPort, {
    HOST: '127.0.0.1',
    PORT: `${healthPort}`,
    LOG_LEVEL: config.LOG_LEVEL,
    ...environment,
  });
}

function nodePart(
  name: string,
  args: readonly string[],
  healthPort: number,
  environment: Record<string, string>,
): Part {
  return {
    name,
    program: {
      command: process.execPath,
      args: [...args],
      env: { ...bareEnvironment(), ...environment },
    },
    ready: (child) => becomesReady(child, healthPort, READY_TIMEOUT_MS),
    stopSignal: 'SIGTERM',
    graceMs: SERVICE_GRACE_MS,
    // pino writes JSON lines; anything else is a stack trace or a message from Node itself.
    isLoud: (line) => (line.startsWith('{') ? /"level":"(warn|error|fatal)"/.test(line) : line !== ''),
  };
}

const callsIssuer = ({ secrets, ports }: Wiring, caller: ServiceCaller): Record<string, string> => ({
  ISSUER_URL: local(ports.issuer),
  SERVICE_TOKEN_FILE: secrets.files.serviceTokens[caller],
});
