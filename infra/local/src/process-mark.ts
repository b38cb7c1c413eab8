import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { readIfThere } from './private-file.js';

/** A process as written down for later: numbers are given out again, so when it started belongs to it. */
export interface ProcessMark {
  pid: number;
  startedAt: string;
}

/** The mark of a running process; `undefined` when there is none by that number. */
export async function markOf(pid: number): Promise<ProcessMark | undefined> {
  const startedAt = await (existsSync('/proc/self/stat') ? startedAtByProc(pid) : startedAtByPs(pid));
  return startedAt ? { pid, startedAt } : undefined;
}

/** Whether the very process that was written down still runs. */
export async function stillRuns(mark: ProcessMark): Promise<boolean> {
  return (await markOf(mark.pid))?.startedAt === mark.startedAt;
}

/** Reads a mark as written with `JSON.stringify`; anything else is no mark. */
export function parseMark(text: string | undefined): ProcessMark | undefined {
  const match = /^\{"pid":(\d+),"startedAt":"([^"]*)"\}$/.exec(text?.trim() ?? '');
  return match ? { pid: Number(match[1]), startedAt: match[2]! } : undefined;
}

/** proc(5): the name may hold spaces and brackets; state is the first field after it, start time the 20th. */
async function startedAtByProc(pid: number): Promise<string | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`).catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const hasEnded = fields[0] === 'Z' || fields[0] === 'X';
  return hasEnded ? undefined : fields[19];
}

const startedAtByPs = (pid: number): Promise<string | undefined> =>
  promisify(execFile)('ps', ['-o', 'lstart=', '-p', `${pid}`]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
