import { mkdirSync } from 'node:fs';
import { clearAbandonedRuns, clearRun, runDirOf } from './run-dir.js';

/**
 * Gives the run a directory of its own. Nothing is started here: the first spec that asks for a database starts the
 * run's one Postgres there (`@gatehouse/testing`), so that a run of unit tests starts none.
 */
export default async function globalSetup() {
  await clearAbandonedRuns();
  const runDir = runDirOf(process.pid);
  mkdirSync(runDir, { mode: 0o711 }); // root's Postgres runs as another user, who must pass through
  process.env.GATEHOUSE_TEST_RUN_DIR = runDir;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])
    process.once(signal, () => void clearRun(runDir).finally(() => process.exit(code)));
}
