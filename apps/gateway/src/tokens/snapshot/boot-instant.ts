import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * An instant by the clock that runs since the machine was started: nobody can set it back, and it means the same to
 * the next process. After another start of the machine it means nothing.
 */
export const BootInstant = z.strictObject({ boot: z.string().min(1), uptimeMs: z.number() });
export type BootInstant = z.infer<typeof BootInstant>;

/** @param at of `performance.now()`. @returns `undefined` where the system does not tell (not Linux). */
export function toBootInstant(at: number): BootInstant | undefined {
  const now = bootNow();
  return now && Number.isFinite(at)
    ? { boot: now.boot, uptimeMs: now.uptimeMs - (performance.now() - at) }
    : undefined;
}

/** @returns the same instant by this process's `performance.now()`; −Infinity when that cannot be said. */
export function fromBootInstant(instant: BootInstant | undefined): number {
  const now = bootNow();
  if (!instant || instant.boot !== now?.boot || instant.uptimeMs > now.uptimeMs)
    return Number.NEGATIVE_INFINITY;
  return performance.now() - (now.uptimeMs - instant.uptimeMs);
}

/** proc(5). */
function bootNow(): BootInstant | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const uptimeMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
    return { boot, uptimeMs };
  } catch {
    return undefined;
  }
}
