import { rm } from 'node:fs/promises';
import type { NatsUser } from '@gatehouse/nats';
import type { CommandLine } from './command-line.js';
import { Installation } from './installation.js';
import type { LocalConfig } from './local.config.js';
import { reachOutsideEngines } from './outside-engines.js';
import type { Part } from './part.js';
import { natsPart, postgresPart } from './parts/engines.js';
import { analyticsPart, auditPart, gatewayPart, issuerPart, upstreamPart } from './parts/services.js';
import type { Wiring } from './parts/services.js';
import { choosePorts } from './ports.js';
import type { Ports } from './ports.js';
import { writePrivateFile } from './private-file.js';
import { runFileOf } from './run-file.js';
import { keepSecrets } from './secrets.js';
import type { StateDir } from './state-dir.js';
import type { Terminal } from './terminal.js';
import { TerminalObserver } from './terminal-observer.js';
import { writeUrlFiles } from './url-files.js';
import { welcome } from './welcome.js';

/** A run that is starting or has started. */
export interface LocalRun {
  /** Resolves when everything is ready and `run.json` is written; rejects when a part did not start. */
  started: Promise<void>;
  /** Ends everything that has been started and takes `run.json` away. */
  stop(): Promise<void>;
}

/** Starts the whole installation in a directory that this process has locked. */
export function startLocal(
  state: StateDir,
  options: CommandLine,
  config: LocalConfig,
  terminal: Terminal,
): LocalRun {
  const places = new Map<string, string>();
  const installation = new Installation(state, new TerminalObserver(terminal), ({ name }) =>
    terminal.done(name, places.get(name) ?? ''),
  );
  const start = async (parts: readonly Part[]) => {
    for (const { name } of parts) terminal.begin(name);
    await installation.start(parts);
  };
  return {
    started: (async () => {
      await rm(state.runFile, { force: true });
      const secrets = await keepSecrets(state.secrets);
      const ports = await choosePorts(options.gateways, options.anyPorts);
      for (const [name, port] of namedPorts(ports)) places.set(name, `127.0.0.1:${port}`);
      const engines = await startEngines({ state, secrets, ports, config }, start, terminal);
      const urlFiles = await writeUrlFiles(state.secrets, engines.databaseUrl, engines.natsUrlOf, config);
      const wiring: Wiring = { state, secrets, ports, config, urlFiles };
      await start([issuerPart(wiring), upstreamPart(wiring)]);
      const gateways = await Promise.all(ports.gateways.map((_, index) => gatewayPart(wiring, index)));
      await start([...gateways, auditPart(wiring), analyticsPart(wiring)]);
      const run = runFileOf(ports, engines, secrets.adminToken);
      await writePrivateFile(state.runFile, `${JSON.stringify(run, undefined, 2)}\n`);
      terminal.settle();
      terminal.line(welcome(run, state.runFile));
    })(),
    async stop() {
      terminal.settle();
      await rm(state.runFile, { force: true });
      await installation.stop();
    },
  };
}

/** Where the engines answer, ours or others. */
interface Engines {
  databaseUrl: string;
  /** As anybody: enough to read events. */
  natsUrl: string;
  natsUrlOf: (user: NatsUser) => string;
}

/** Starts the engines that are not given from outside, both at the same time. */
async function startEngines(
  { state, secrets, ports, config }: Omit<Wiring, 'urlFiles'>,
  start: (parts: readonly Part[]) => Promise<void>,
  terminal: Terminal,
): Promise<Engines> {
  await reachOutsideEngines(config);
  const onDownload = () => terminal.line('  fetching nats-server, once');
  const [postgres, nats] = await Promise.all([
    config.DATABASE_URL ? undefined : postgresPart(state, secrets, ports.postgres),
    config.NATS_URL ? undefined : natsPart(state, secrets, ports.nats, onDownload),
  ]);
  await start([postgres?.part, nats].filter((part) => part !== undefined));
  const ownNats = (credentials = '') => `nats://${credentials}127.0.0.1:${ports.nats}`;
  return {
    databaseUrl: postgres?.url ?? config.DATABASE_URL!,
    natsUrl: config.NATS_URL ?? ownNats(),
    natsUrlOf: (user) => config.NATS_URL ?? ownNats(`${user}:${secrets.natsPasswords[user]}@`),
  };
}

function namedPorts({ gateways, ...named }: Ports): [string, number][] {
  const proxies = gateways.map(({ proxy }, i): [string, number] => [
    i === 0 ? 'gateway' : `gateway-${i + 1}`,
    proxy,
  ]);
  return [...Object.entries(named), ...proxies];
}
