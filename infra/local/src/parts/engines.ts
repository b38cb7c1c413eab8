import { randomBytes } from 'node:crypto';
import { mkdir, readlink, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { natsConf } from '@gatehouse/nats';
import {
  acceptsQueries,
  answersAt,
  canEnter,
  initialisePostgres,
  natsServerProcess,
  postgresOwner,
  postgresProcess,
  query,
  SUPERUSER,
} from '@gatehouse/testing';
import type { Part } from '../part.js';
import type { Secrets } from '../secrets.js';
import type { StateDir } from '../state-dir.js';

const DATABASE = 'gatehouse';
const ENGINE_GRACE_MS = 15_000;

/** Postgres in `.gatehouse/data/postgres`, made on the first start. Ready when our database is there. */
export async function postgresPart(
  state: StateDir,
  secrets: Secrets,
  port: number,
): Promise<{ part: Part; url: string }> {
  const dataDir = await postgresDataDir(state);
  await initialisePostgres(dataDir, secrets.postgresPassword);
  const urlOf = (database: string) =>
    `postgres://${SUPERUSER}:${secrets.postgresPassword}@127.0.0.1:${port}/${database}`;
  const part: Part = {
    name: 'postgres',
    program: await postgresProcess({ dataDir, port }),
    ready: async (child) => {
      await acceptsQueries(child, urlOf('postgres'));
      await createDatabase(urlOf('postgres'));
    },
    stopSignal: 'SIGINT',
    graceMs: ENGINE_GRACE_MS,
    // "starting up" answers our own questions whether it is ready.
    isLoud: (line) => /\b(FATAL|PANIC):/.test(line) && !line.includes('the database system is'),
  };
  return { part, url: urlOf(DATABASE) };
}

/** A nats-server with JetStream in `.gatehouse/data/nats`, with a user for each service. */
export async function natsPart(
  state: StateDir,
  secrets: Secrets,
  port: number,
  onDownload: () => void,
): Promise<Part> {
  const storeDir = join(state.data, 'nats');
  await mkdir(storeDir, { recursive: true, mode: 0o700 });
  const config = natsConf({ passwords: secrets.natsPasswords });
  return {
    name: 'nats',
    program: await natsServerProcess({ storeDir, port, config, onDownload }),
    ready: (child) => answersAt(child, port),
    stopSignal: 'SIGTERM',
    graceMs: ENGINE_GRACE_MS,
    // The passwords are random and their file is private: hashing them would only make connecting slow.
    isLoud: (line) => /\[(WRN|ERR|FTL)\]/.test(line) && !line.includes('Plaintext passwords'),
  };
}

async function createDatabase(url: string): Promise<void> {
  await query(url, `create database ${DATABASE}`).catch((error: unknown) => {
    const isThere = error instanceof Error && 'code' in error && error.code === '42P04'; // duplicate_database
    if (!isThere) throw error;
  });
}

/**
 * Where the cluster lies. Root's Postgres runs as another user; where that user cannot pass into our directory (a
 * checkout below /root), the cluster goes to /var/lib and a symbolic link remembers where.
 */
async function postgresDataDir({ data }: StateDir): Promise<string> {
  const preferred = join(data, 'postgres');
  const elsewhere = await readlink(preferred).catch(() => undefined);
  if (elsewhere) return elsewhere;
  if (await exists(preferred)) return preferred;
  const owner = await postgresOwner();
  if (!owner || (await canEnter(data, owner))) return preferred;
  const folder = join('/var/lib/gatehouse', `postgres-${randomBytes(6).toString('hex')}`);
  await mkdir(dirname(folder), { recursive: true, mode: 0o711 });
  await mkdir(folder, { mode: 0o711 });
  await symlink(join(folder, 'data'), preferred);
  return join(folder, 'data');
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
