import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bareEnvironment } from '../config.js';
import { runProgram } from '../run-program.js';
import { postgresOwner } from './postgres-owner.js';
import { reachableBinaries } from './reachable-binaries.js';

/** The superuser of every cluster we create. */
export const SUPERUSER = 'gatehouse';

/**
 * Creates a cluster in `dataDir`, unless there is one.
 * @param dataDir must be reachable by the system user `postgres` when the caller is root.
 * @param password of the superuser `gatehouse`; local connections need it, too.
 * @param durable false skips syncing the new files to disk: for tests.
 */
export async function initialisePostgres(dataDir: string, password: string, durable = true): Promise<void> {
  if (await exists(join(dataDir, 'PG_VERSION'))) return;
  const owner = await postgresOwner();
  const { initdb } = await reachableBinaries(owner);
  // Built beside and renamed, because a killed initdb leaves a directory that only looks like a cluster.
  const draft = `${dataDir}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const passwordFile = `${dataDir}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (owner) for (const path of [draft, passwordFile]) await chown(path, owner.uid, owner.gid);
  const who = ['-D', draft, '-U', SUPERUSER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const args = [...who, '--encoding=UTF8', '--locale=C', ...(durable ? [] : ['--no-sync'])];
  try {
    await runProgram(initdb, args, { ...owner, cwd: '/', env: bareEnvironment(), timeoutMs: 60_000 });
    await rename(draft, dataDir);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
