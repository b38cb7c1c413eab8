import { setTimeout as delay } from 'node:timers/promises';

/** How long to try, and when trying again makes sense. */
export interface RetryOptions {
  deadlineMs: number;
  /** Whether the error may pass. */
  mayPass: (error: unknown) => boolean;
  signal: AbortSignal;
  onRetry?: () => void;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** Runs an attempt again, with growing pauses of random length, while its error may pass. */
export async function withRetries<Answer>(
  attempt: () => Promise<Answer>,
  { deadlineMs, mayPass, signal, onRetry }: RetryOptions,
): Promise<Answer> {
  const giveUpAt = performance.now() + deadlineMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error) || signal.aborted || performance.now() > giveUpAt) throw error;
      onRetry?.();
      // Random, so that those who failed together do not come back together.
      await delay(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
}
