import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runProgram } from '../run-program.js';
import { postgresBinaries } from './postgres-binaries.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { Owner } from './postgres-owner.js';

/** Where root keeps a copy that other users can reach. */
const COPY_DIR = '/var/cache/gatehouse/postgres';

/**
 * The programs, at a place where `owner` may execute them: root's checkout often lies below /root, which
 * nobody else may enter; then they are copied once.
 */
export async function reachableBinaries(owner: Owner | undefined): Promise<PostgresBinaries> {
  const installed = await postgresBinaries();
  if (!owner || (await canExecute(installed.postgres, owner))) return installed;
  const copy = await copyOf(dirname(dirname(installed.postgres)), installed);
  return {
    initdb: join(copy, 'bin', basename(installed.initdb)),
    postgres: join(copy, 'bin', basename(installed.postgres)),
  };
}

async function copyOf(native: string, { postgres }: PostgresBinaries): Promise<string> {
  const version = (await runProgram(postgres, ['--version'])).trim().replaceAll(/[^\w.]+/g, '-');
  const target = join(COPY_DIR, version);
  const draft = `${target}.${process.pid}`;
  await mkdir(COPY_DIR, { recursive: true, mode: 0o755 });
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  // Whole or absent: a process that copied at the same time has put the same files there.
  await rename(draft, target).catch(() => rm(draft, { recursive: true }));
  return target;
}

const canExecute = (program: string, owner: Owner): Promise<boolean> =>
  runProgram(program, ['--version'], { ...owner, cwd: '/' }).then(
    () => true,
    () => false,
  );
