import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RoutesAnswer } from '@gatehouse/contracts';
import { freePort, spawnService, type SpawnedService } from '@gatehouse/testing';
import { ADMIN_TOKEN, SERVICE_TOKEN } from './issuer-stand-in.js';

export const ENTRY = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export const DEMO_ROUTES = `
routes:
  - id: demo
    path: /demo/*
    upstream: \${UPSTREAM_URL}
    stripPrefix: /demo
    scopes: { GET: [demo:read], HEAD: [demo:read], '*': [demo:write] }
`;

/** What a gateway under test is given. */
export interface GatewayOptions {
  natsUrl: string;
  issuerUrl: string;
  upstreamUrl: string;
  routes?: string;
  gatewayId?: string;
  env?: Record<string, string>;
}

/** A gateway in a process of its own. */
export interface RunningGateway extends Pick<SpawnedService, 'kill' | 'restart' | 'logs' | 'pid'> {
  readonly url: string;
  readonly port: number;
  readonly adminUrl: string;
  readonly dir: string;
  readonly routesFile: string;
  readonly spoolDir: string;
  /** `GET /v1/routes` of the admin API. */
  activeRoutes(): Promise<RoutesAnswer>;
  stop(): Promise<void>;
}

/** Starts the built gateway. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  if (!existsSync(ENTRY))
    throw new Error('build first: the gateway runs as its built self ("npm test" builds)');
  const dir = await mkdtemp(join(tmpdir(), 'gateway-'));
  const routesFile = join(dir, 'gateway.yaml');
  const spoolDir = join(dir, 'spool');
  await writeFile(routesFile, options.routes ?? DEMO_ROUTES);
  const { service, port, adminPort } = await onFreePorts((port, adminPort) =>
    spawnService({
      entry: ENTRY,
      healthPort: adminPort,
      env: {
        HOST: '127.0.0.1',
        PORT: `${port}`,
        ADMIN_PORT: `${adminPort}`,
        NATS_URL: options.natsUrl,
        ISSUER_URL: options.issuerUrl,
        SERVICE_TOKEN,
        UPSTREAM_URL: options.upstreamUrl,
        GATEWAY_CONFIG: routesFile,
        SPOOL_DIR: spoolDir,
        ...(options.gatewayId ? { GATEWAY_ID: options.gatewayId } : {}),
        ...options.env,
      },
    }),
  );
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    adminUrl,
    dir,
    routesFile,
    spoolDir,
    get pid() {
      return service.pid;
    },
    kill: (signal) => service.kill(signal),
    restart: () => service.restart(),
    logs: () => service.logs(),
    async activeRoutes() {
      const answer = await fetch(`${adminUrl}/v1/routes`, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return RoutesAnswer.parse(await answer.json());
    },
    async stop() {
      await service.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Another process may take a port between our asking for it and the gateway's listening on it. */
async function onFreePorts(
  start: (port: number, adminPort: number) => Promise<SpawnedService>,
  attempts = 3,
): Promise<{ service: SpawnedService; port: number; adminPort: number }> {
  const [port, adminPort] = [await freePort(), await freePort()];
  try {
    return { service: await start(port, adminPort), port, adminPort };
  } catch (error) {
    if (attempts === 1 || !String(error).includes('EADDRINUSE')) throw error;
    return onFreePorts(start, attempts - 1);
  }
}
