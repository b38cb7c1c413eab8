import { setTimeout as delay } from 'node:timers/promises';
import type { UsageApi } from '@gatehouse/client';
import { StatusTally } from './status-tally.js';

const POLL_MS = 250;

/** What to wait for. */
export interface RecordedOptions {
  usage: UsageApi;
  /** When the replay began. */
  from: Date;
  expected: StatusTally;
  /** Without any news for this long, what is missing will not come. */
  patienceMs: number;
  signal: AbortSignal;
  onProgress: (recorded: number) => void;
}

/** What analytics holds of a replay. */
export interface Recorded {
  byStatus: StatusTally;
  /** Records that analytics knows to be lost. */
  missing: number;
}

/** Waits until analytics shows what was answered, or patience has run out. */
export async function waitUntilRecorded(options: RecordedOptions): Promise<Recorded> {
  const { expected, patienceMs, signal, onProgress } = options;
  let giveUpAt = performance.now() + patienceMs;
  let recorded: Recorded = { byStatus: new StatusTally(), missing: 0 };
  for (;;) {
    const news = await lookUp(options).catch(failUnlessTimeIsLeft(giveUpAt));
    if (news && news.byStatus.total !== recorded.byStatus.total) giveUpAt = performance.now() + patienceMs;
    recorded = news ?? recorded;
    onProgress(recorded.byStatus.total);
    if (recorded.byStatus.equals(expected) || signal.aborted || performance.now() > giveUpAt) break;
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return recorded;
}

/** Only served requests: an attempt that failed and was repeated has left a record of its own. */
async function lookUp({ usage, from }: RecordedOptions): Promise<Recorded> {
  const answer = await usage.usage({ from, route: 'replay', outcome: 'served', groupBy: ['status'] });
  const counts = answer.rows.map((row) => [row.status ?? 0, row.calls] as const);
  return { byStatus: new StatusTally(counts), missing: answer.missing };
}

const failUnlessTimeIsLeft = (giveUpAt: number) => (error: unknown) => {
  if (performance.now() > giveUpAt) throw error;
  return undefined;
};
