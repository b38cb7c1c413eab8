import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext } from './bench.js';
import type { CleanUp } from './clean-up.js';
import { type CorePlan, Pinning } from './cores.js';

/** What everything that is started in a run shares. */
export interface Surroundings {
  /** For files of this run. */
  folder: string;
  pinning: Pinning;
  cleanUp: CleanUp;
}

/**
 * A folder that goes when the run ends.
 * @param plan who gets which cores; `undefined`: everybody gets all.
 */
export async function surroundingsOf(
  { cleanUp, console }: BenchContext,
  plan: CorePlan | undefined,
): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  cleanUp.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  // Root's Postgres runs as another user, who must pass through.
  await chmod(folder, 0o711);
  if (plan) console.line(`cores: proxy ${plan.proxy}, load ${plan.load}, everything else ${plan.rest}`);
  else console.line('cores: nothing is bound');
  return { folder, pinning: new Pinning(plan, console), cleanUp };
}
