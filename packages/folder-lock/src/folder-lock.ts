import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another living process has the folder. */
export class FolderInUse extends Error {
  constructor(
    readonly folder: string,
    /** Of the process that has it. */
    readonly pid: number,
  ) {
    super(`${folder} is used by process ${pid}`);
    this.name = 'FolderInUse';
  }
}

interface Owner {
  pid: number;
  /** Tells the process from a later one with the same number. */
  start: string | undefined;
}

/**
 * Takes a folder for this process, until it ends: what a killed process leaves behind does not count, and nothing has to be
 * given back. The same process may take it again. Holds among the processes of one machine that see each other; those of
 * two containers on one volume do not.
 * @param folder must be there; a file "lock" in it says whose it is.
 * @throws FolderInUse while the process that has it lives.
 */
export function lockFolder(folder: string): void {
  const path = join(folder, 'lock');
  const me = { pid: process.pid, start: startOf(process.pid) };
  while (!isClaimed(path, me)) {
    const owner = ownerOf(path);
    if (owner && isSame(owner, me)) return;
    if (owner && lives(owner)) throw new FolderInUse(folder, owner.pid);
    setAside(path);
  }
}

/** With its content at once, so that nobody reads half a lock; not at all if there is one. */
function isClaimed(path: string, { pid, start }: Owner): boolean {
  const mine = `${path}.${pid}`;
  writeFileSync(mine, `${pid} ${start}\n`);
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    unlinkSync(mine);
  }
}

/** Removes what a dead process left, and nothing that another has put in its place meanwhile. */
function setAside(path: string): void {
  const aside = `${path}.${process.pid}.old`;
  try {
    renameSync(path, aside);
    const owner = ownerOf(aside);
    if (owner && lives(owner)) linkSync(aside, path);
    unlinkSync(aside);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error; // somebody was faster: look again
  }
}

function ownerOf(path: string): Owner | undefined {
  try {
    const [pid, start] = readFileSync(path, 'utf8').trim().split(' ');
    return { pid: Number(pid), start };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const isSame = (one: Owner, other: Owner): boolean => one.pid === other.pid && one.start === other.start;

const lives = ({ pid, start }: Owner): boolean => start !== undefined && startOf(pid) === start;

/** When a process started, in a unit of the system; `undefined` when there is none. */
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
    return hasCode(error, 'EPERM');
  }
}

const hasCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;
