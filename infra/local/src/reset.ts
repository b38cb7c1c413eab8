import { readdir, readlink, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StateDir } from './state-dir.js';

const OWN = ['data', 'logs', 'pids', 'run.json', 'secrets'];

/** What a reset removes: only what this program makes, should `--dir` name somebody's home. */
export async function resetTargets({ root, data }: StateDir): Promise<string[]> {
  const there = await readdir(root).catch((): string[] => []);
  const own = OWN.filter((name) => there.includes(name)).map((name) => join(root, name));
  // Where Postgres had to be put elsewhere, a link says where: its folder was made for it.
  const elsewhere = await readlink(join(data, 'postgres')).catch(() => undefined);
  return elsewhere ? [...own, dirname(elsewhere)] : own;
}

/** Removes them. */
export async function reset(targets: readonly string[]): Promise<void> {
  for (const target of targets) await rm(target, { recursive: true, force: true });
}
