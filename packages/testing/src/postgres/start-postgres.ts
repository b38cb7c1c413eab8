import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../child.js';
import { launcherConfig } from '../config.js';
import { freePort } from '../free-port.js';
import { acceptsQueries } from './accepts-queries.js';
import { initialisePostgres, SUPERUSER } from './initialise-postgres.js';
import { postgresProcess } from './postgres-process.js';

/** Every option may be left out. */
export interface StartPostgresOptions {
  /** Where the cluster lies; default a temporary directory that `stop` removes. */
  dataDir?: string;
  /** Default any free one. */
  port?: number;
  /** Of the superuser `gatehouse`; default a random one. An existing cluster keeps its own. */
  password?: string;
  /** Default false: as fast as a test wants it. */
  durable?: boolean;
}

/** A real Postgres on the loopback address. */
export interface RunningPostgres {
  /** Of the database `postgres`, as the superuser. */
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** SIGKILL, as a crash would be; the files stay. */
  kill(): Promise<void>;
  /** Starts it again, after `kill` or not, on the same port with the same files. */
  restart(): Promise<void>;
  /** Ends it, and removes the files where they are ours. */
  stop(): Promise<void>;
}

/** Creates a cluster where there is none, starts it, and resolves once it answers queries. */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<RunningPostgres> {
  const { durable = false, password = randomBytes(16).toString('hex') } = options;
  const parent = options.dataDir === undefined ? await temporaryDir() : undefined;
  const dataDir = options.dataDir ?? join(parent ?? '', 'data');
  const port = options.port ?? (await freePort());
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
  await initialisePostgres(dataDir, password, durable);
  const spec = await postgresProcess({ dataDir, port, durable });
  const start = async () => {
    const child = await Child.start(spec);
    await acceptsQueries(child, url);
    return child;
  };
  let child = await start();
  return {
    url,
    dataDir,
    get pid() {
      return child.pid;
    },
    async kill() {
      await child.stop('SIGKILL');
    },
    async restart() {
      await child.stop('SIGINT');
      child = await start();
    },
    async stop() {
      await child.stop('SIGINT');
      if (parent) await rm(parent, { recursive: true, force: true });
    },
  };
}

async function temporaryDir(): Promise<string> {
  const folder = await mkdtemp(join(launcherConfig().runDir ?? tmpdir(), 'postgres-'));
  await chmod(folder, 0o711); // the system user that root's Postgres runs as must pass through
  return folder;
}
