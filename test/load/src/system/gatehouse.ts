import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IssuerApi } from '@gatehouse/client';
import { bareEnvironment, Child, describeExit, eventually, startNats } from '@gatehouse/testing';
import { connect } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Surroundings } from '../surroundings.js';
import { RecordReaders } from './record-readers.js';

const SUPERVISOR = fileURLToPath(new URL('../../../../infra/local/dist/main.js', import.meta.url));
/** They take in what the gateway tells of its requests, when it has told it. */
const RECORD_READERS = /^(?:audit|analytics)$/;
const START_TIMEOUT_MS = 180_000;

const Place = z.object({ url: z.string() });
const RunFile = z.object({
  gateways: z.array(Place),
  issuer: Place,
  adminToken: z.string(),
});

/** A running Gatehouse: what `npm start` starts, in a folder of its own. */
export interface Gatehouse {
  natsUrl: string;
  issuer: IssuerApi;
  /** URLs of the gateways. */
  gateways: string[];
  /** Of the first. */
  gatewayPid: number;
  readers: RecordReaders;
}

/** How many gateways, and what they route. */
export interface GatehouseOptions {
  gateways: number;
  /** gateway.yaml and the files it names, by name. */
  routes: Record<string, string>;
}

/** Starts everything: real services, each a process, over a real Postgres, NATS and ClickHouse; binds each to its cores. */
export async function startGatehouse(
  { gateways, routes }: GatehouseOptions,
  surroundings: Surroundings,
): Promise<Gatehouse> {
  const { folder, pinning, cleanUp } = surroundings;
  const broker = await startOpenNats(surroundings);
  for (const [name, text] of Object.entries(routes)) await writeFile(join(folder, name), text);
  const dir = join(folder, 'gatehouse');
  const supervisor = [SUPERVISOR, '--dir', dir, '--any-ports', '--gateways', `${gateways}`];
  const [command, args] = pinning.bound('rest', process.execPath, supervisor);
  const child = await Child.start({
    command,
    args,
    env: {
      ...bareEnvironment(),
      GATEWAY_CONFIG: join(folder, 'gateway.yaml'),
      LOG_LEVEL: 'warn',
      NATS_URL: broker.url,
    },
  });
  cleanUp.add(() => child.stop('SIGTERM', 60_000));
  const run = await runningAt(dir, child);
  const processes = await processesIn(join(dir, 'pids'));
  const [gatewayPid] = pidsOf(processes, /^gateway$/);
  await pinning.pin(gatewayPid!, 'proxy');
  const readerPids = pidsOf(processes, RECORD_READERS);
  for (const pid of readerPids) await pinning.putLast(pid);
  const nats = await connect({ servers: new URL(broker.url).host });
  cleanUp.add(() => nats.close());
  const others = [broker.pid, ...pidsOf(processes, /^issuer$/)];
  const readers = await RecordReaders.of({ readers: readerPids, others }, pinning, nats);
  cleanUp.add(async () => readers.release());
  const issuer = new IssuerApi({
    url: run.issuer.url,
    token: run.adminToken,
    connections: 64,
    timeoutMs: 60_000,
  });
  cleanUp.add(() => issuer.close());
  return {
    natsUrl: broker.url,
    issuer,
    gateways: run.gateways.map(({ url }) => url),
    gatewayPid: gatewayPid!,
    readers,
  };
}

type Broker = Awaited<ReturnType<typeof startNats>>;

/** A NATS of our own, without users: on the one that `npm start` brings, nobody may make a stream for a comparison. */
async function startOpenNats({ folder, pinning, cleanUp }: Surroundings): Promise<Broker> {
  const storeDir = join(folder, 'nats');
  await mkdir(storeDir);
  const nats = await startNats({ storeDir });
  cleanUp.add(() => nats.stop());
  await pinning.pin(nats.pid, 'rest');
  return nats;
}

async function runningAt(dir: string, child: Child): Promise<z.infer<typeof RunFile>> {
  return eventually(
    async () => {
      if (child.running) return RunFile.parse(JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')));
      throw new Error(`it ended with ${describeExit(await child.exited)}: ${child.log.slice(-2_000)}`);
    },
    { timeoutMs: START_TIMEOUT_MS, everyMs: 100 },
  );
}

interface Running {
  readonly name: string;
  readonly pid: number;
}

const pidsOf = (processes: readonly Running[], names: RegExp): number[] =>
  processes.filter(({ name }) => names.test(name)).map(({ pid }) => pid);

/** The supervisor notes which process is which part. */
async function processesIn(folder: string): Promise<Running[]> {
  const Mark = z.object({ pid: z.int() });
  return Promise.all(
    (await readdir(folder)).map(async (file) => {
      const { pid } = Mark.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
      return { name: file.replace(/\.json$/, ''), pid };
    }),
  );
}
