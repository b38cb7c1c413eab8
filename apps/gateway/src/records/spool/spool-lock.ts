import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Two gateways in one spool would number different records alike. */
export class SpoolInUse extends Error {
  constructor(dir: string, pid: number) {
    super(`SPOOL_DIR ${dir} is used by process ${pid}: give each gateway a directory of its own`);
    this.name = 'SpoolInUse';
  }
}

/**
 * Takes a spool directory for this process. A lock left behind by a killed process does not count.
 * @throws SpoolInUse while its owner lives.
 */
export function lockSpool(dir: string): void {
  const path = join(dir, 'lock');
  const owner = ownerOf(path);
  if (owner && owner.pid !== process.pid && startOf(owner.pid) === owner.start)
    throw new SpoolInUse(dir, owner.pid);
  writeFileSync(path, `${process.pid} ${startOf(process.pid)}\n`);
}

function ownerOf(path: string): { pid: number; start: string } | undefined {
  try {
    const [pid, start] = readFileSync(path, 'utf8').trim().split(' ');
    return { pid: Number(pid), start: start ?? '' };
  } catch {
    return undefined;
  }
}

/** When a process started, in a unit of the system; tells it from a later one with the same number. */
function startOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19]; // proc(5): field 22, starttime
  } catch {
    return isAlive(pid) ? 'unknown' : undefined; // not Linux
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
