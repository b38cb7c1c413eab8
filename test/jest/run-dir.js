import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PREFIX = 'gatehouse-test-';
const STOP_TIMEOUT_MS = 10_000;

/** The directory of one jest run: `<tmp>/gatehouse-test-<pid of jest>`. */
export const runDirOf = (pid) => join(tmpdir(), `${PREFIX}${pid}`);

/** Ends what an earlier run left behind because it was killed, and removes its files. */
export async function clearAbandonedRuns() {
  const pids = readdirSync(tmpdir())
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => Number(name.slice(PREFIX.length)));
  for (const pid of pids) if (pid > 0 && !isAlive(pid)) await clearRun(runDirOf(pid));
}

/** Ends the engines that still run on files below `runDir`, and removes them. */
export async function clearRun(runDir) {
  const pids = enginesOf(runDir);
  for (const pid of pids) signal(pid, 'SIGQUIT'); // Postgres: immediate shutdown; nats-server: ends
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (pids.some(isAlive) && Date.now() < deadline) await delay(10);
  rmSync(runDir, { recursive: true, force: true, maxRetries: 5 });
}

/** Each engine writes its process id into its own directory; the file's first line is enough for both. */
function enginesOf(runDir) {
  const files = readdirSync(runDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      ['nats.pid', 'postmaster.pid', 'data/postmaster.pid'].map((file) => join(runDir, name, file)),
    );
  return files.map(pidIn).filter((pid) => pid !== undefined && isOurs(pid, runDir));
}

function pidIn(file) {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

/** A process id may have been given to somebody else since: an engine of ours names our directory. */
const isOurs = (pid, runDir) => commandLineOf(pid).includes(runDir);

function commandLineOf(pid) {
  try {
    if (existsSync('/proc/self')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' });
  } catch {
    return ''; // it has ended
  }
}

function isAlive(pid) {
  return signal(pid, 0);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
