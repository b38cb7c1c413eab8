import { setTimeout as delay } from 'node:timers/promises';

/**
 * Tries `attempt` until it no longer throws, and answers what it answered.
 * @param attempt may be asynchronous; anything it throws means "not yet".
 * @param options `timeoutMs` (default 30 s, so that a slow machine is not taken for a fault) after which the last error
 * is thrown with the time waited; `everyMs` (default 20 ms) between attempts.
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() < deadline) await delay(everyMs);
      else throw notInTime(error, timeoutMs);
    }
  }
}

/** The last error itself, so that an assertion keeps its diff, with the wait said in front. */
function notInTime(error: unknown, timeoutMs: number): Error {
  if (!(error instanceof Error)) return new Error(`not within ${timeoutMs} ms: ${String(error)}`);
  error.message = `not within ${timeoutMs} ms: ${error.message}`;
  return error;
}
