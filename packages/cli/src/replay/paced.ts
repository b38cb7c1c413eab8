import { setTimeout as delay } from 'node:timers/promises';
import type { AccessLogEntry } from '../access-log/access-log-entry.js';

/** How fast to replay: a multiple of the original pace, or as fast as it goes. */
export type Speed = number | 'max';

/** Hands requests on when their time has come; ends early when `signal` says so. */
export async function* paced(
  entries: AsyncIterable<AccessLogEntry>,
  speed: Speed,
  signal: AbortSignal,
): AsyncGenerator<AccessLogEntry, void> {
  let clock: { startMs: number; firstMs: number } | undefined;
  for await (const entry of entries) {
    if (speed !== 'max' && entry.atMs !== undefined) {
      clock ??= { startMs: performance.now(), firstMs: entry.atMs };
      const dueMs = clock.startMs + (entry.atMs - clock.firstMs) / speed;
      await untilDue(dueMs - performance.now(), signal);
    }
    if (signal.aborted) return;
    yield entry;
  }
}

async function untilDue(waitMs: number, signal: AbortSignal): Promise<void> {
  // Timers are no finer than a millisecond; 2^31 ms is their bound.
  if (waitMs >= 1) await delay(Math.min(waitMs, 2 ** 31 - 1), undefined, { signal }).catch(() => undefined);
}
