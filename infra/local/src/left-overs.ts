import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { readIfThere } from './private-file.js';
import { parseMark, stillRuns } from './process-mark.js';
import type { ProcessMark } from './process-mark.js';
import type { StateDir } from './state-dir.js';

const GRACE_MS = 10_000;
const ENGINES = new Set(['postgres', 'nats']);

/**
 * Ends the children of a supervisor that was killed before it could: services first, then engines. A process is
 * touched only when it is the very one that was written down.
 * @returns the names of those that still ran.
 */
export async function stopLeftOvers({ pids }: StateDir): Promise<string[]> {
  const children = await childrenIn(pids);
  const services = children.filter(({ name }) => !ENGINES.has(name));
  const engines = children.filter(({ name }) => ENGINES.has(name));
  for (const group of [services, engines]) await Promise.all(group.map(({ mark, name }) => end(mark, name)));
  for (const file of await readdir(pids)) await rm(join(pids, file));
  return children.map(({ name }) => name);
}

async function childrenIn(pids: string): Promise<{ name: string; mark: ProcessMark }[]> {
  const running: { name: string; mark: ProcessMark }[] = [];
  for (const file of await readdir(pids)) {
    const mark = parseMark(await readIfThere(join(pids, file)));
    if (mark && (await stillRuns(mark))) running.push({ name: basename(file, '.json'), mark });
  }
  return running;
}

async function end(mark: ProcessMark, name: string): Promise<void> {
  process.kill(mark.pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
  const gone = async () => {
    if (await stillRuns(mark)) throw new Error(`${name} (process ${mark.pid}) does not end`);
  };
  try {
    await eventually(gone, { timeoutMs: GRACE_MS });
  } catch {
    process.kill(mark.pid, 'SIGKILL');
    await eventually(gone, { timeoutMs: GRACE_MS });
  }
}
