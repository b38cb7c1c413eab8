import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramSpec } from '../child.js';
import { launcherConfig } from '../config.js';
import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';
import { query } from './accepts-queries.js';
import { initialisePostgres, SUPERUSER } from './initialise-postgres.js';
import { postgresProcess } from './postgres-process.js';

const START_TIMEOUT_MS = 60_000;

/**
 * The URL of the Postgres that all specs of one jest run share. The first worker to ask starts it, so that a run of
 * unit tests never does; jest's global tear-down stops it. `GATEHOUSE_TEST_POSTGRES_URL` puts an outside one in its place.
 */
export async function runPostgresUrl(): Promise<string> {
  const { postgresUrl, runDir } = launcherConfig();
  if (postgresUrl) return postgresUrl;
  if (!runDir)
    throw new Error('no test run: start through jest, or name a Postgres in GATEHOUSE_TEST_POSTGRES_URL');
  const outcome = join(runDir, 'postgres.outcome');
  if (await isFirst(join(runDir, 'postgres.lock'))) await publishOutcome(outcome, runDir);
  return readOutcome(outcome);
}

/** A directory is created by exactly one of any number of processes. */
const isFirst = (lock: string): Promise<boolean> =>
  mkdir(lock).then(
    () => true,
    () => false,
  );

async function publishOutcome(outcome: string, runDir: string): Promise<void> {
  const text = await startForRun(runDir).catch((error: unknown) => `failed: ${String(error)}`);
  await writeFile(`${outcome}.new`, text, { mode: 0o600 });
  await rename(`${outcome}.new`, outcome);
}

async function readOutcome(outcome: string): Promise<string> {
  const text = await eventually(() => readFile(outcome, 'utf8'), { timeoutMs: START_TIMEOUT_MS });
  if (text.startsWith('failed: ')) throw new Error(`Postgres for the test run ${text}`);
  return text;
}

async function startForRun(runDir: string): Promise<string> {
  const dataDir = join(runDir, 'postgres');
  const password = randomBytes(16).toString('hex');
  const port = await freePort();
  await initialisePostgres(dataDir, password, false);
  await startDetached(await postgresProcess({ dataDir, port, durable: false }), join(runDir, 'postgres.log'));
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
  await eventually(() => query(url, 'select 1'), { timeoutMs: START_TIMEOUT_MS });
  return url;
}

/** It outlives the worker that started it, so it holds none of the worker's pipes. */
async function startDetached(spec: ProgramSpec, logFile: string): Promise<void> {
  const log = await open(logFile, 'a');
  const { command, args, ...options } = spec;
  spawn(command, args, { ...options, detached: true, stdio: ['ignore', log.fd, log.fd] }).unref();
  await log.close();
}
