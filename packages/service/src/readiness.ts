import { Injectable } from '@nestjs/common';

/** Longest a single check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 2_000;

/** What must work before a service should be sent requests. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, () => Promise<void> | void>();

  /**
   * Adds a check, run at every `/health/ready`.
   * @param name shown in the answer.
   * @param check throws while the part is not usable; the message is shown, so it must hold no secret.
   */
  add(name: string, check: () => Promise<void> | void): void {
    this.checks.set(name, check);
  }

  /** Runs all checks at once. */
  async report(): Promise<{ ready: boolean; checks: Record<string, string> }> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await outcomeOf(check)] as const),
    );
    return { ready: results.every(([, outcome]) => outcome === 'ok'), checks: Object.fromEntries(results) };
  }
}

async function outcomeOf(check: () => Promise<void> | void): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  } finally {
    clearTimeout(timer);
  }
}
