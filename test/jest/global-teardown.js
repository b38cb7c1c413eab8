import { clearRun } from './run-dir.js';

/** Ends the run's Postgres and whatever engine a failed spec left, and removes the run's files. */
export default async function globalTeardown() {
  await clearRun(process.env.GATEHOUSE_TEST_RUN_DIR);
}
