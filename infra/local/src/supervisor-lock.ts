import { rm, writeFile } from 'node:fs/promises';
import { readIfThere } from './private-file.js';
import { markOf, parseMark, stillRuns } from './process-mark.js';
import type { StateDir } from './state-dir.js';

/** Thrown when another supervisor works in the same directory. */
export class AlreadyRunning extends Error {
  override name = 'AlreadyRunning';
}

/** The right to work in a state directory. */
export interface SupervisorLock {
  /** A supervisor that was killed had it before: its children may still run. */
  readonly tookOver: boolean;
  release(): Promise<void>;
}

/**
 * Takes the directory for this process.
 * @throws AlreadyRunning naming the process that has it.
 */
export async function lockStateDir({ lockFile, root }: StateDir): Promise<SupervisorLock> {
  const own = JSON.stringify(await markOf(process.pid));
  const found = await readIfThere(lockFile);
  const holder = parseMark(found);
  if (holder && (await stillRuns(holder)))
    throw new AlreadyRunning(
      `Gatehouse already runs in ${root} (process ${holder.pid}): stop it with "kill ${holder.pid}", or use another --dir`,
    );
  // Removed only if it is still the stale one: somebody else may have noticed at the same moment.
  if (found !== undefined && (await readIfThere(lockFile)) === found) await rm(lockFile, { force: true });
  try {
    await writeFile(lockFile, own, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new AlreadyRunning(`another start is under way in ${root}`, { cause: error });
  }
  return { tookOver: found !== undefined, release: () => rm(lockFile, { force: true }) };
}
