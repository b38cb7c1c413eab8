import { RecentMap } from '../recent-map.js';

/** Of one key; more than these do not wait. */
const MAX_WAITING = 1_000;
const REMEMBERED = 10_000;

/** Whether an answer is kept; `unfit`: none of its kind is. */
export type Kept = 'kept' | 'unfit' | 'failed';

/** Lets one of several requests for the same answer go upstream, while the others wait for what it brings. */
export class Collapsing {
  private readonly underWay = new Map<string, (() => void)[]>();
  /** Whose answers turned out not to be for several: nobody waits for them again. */
  private readonly apart = new RecentMap<string, true>(REMEMBERED);

  /**
   * @param proceed called when it has waited for another.
   * @returns `leads`: it goes, and calls {@link settle}; `waits`: for another; `alone`: it goes and nobody waits for it.
   */
  join(key: string, proceed: () => void): 'leads' | 'waits' | 'alone' {
    const waiting = this.underWay.get(key);
    if (!waiting) return this.lead(key) ? 'leads' : 'alone';
    if (waiting.length >= MAX_WAITING) return 'alone';
    waiting.push(proceed);
    return 'waits';
  }

  /** @returns whether it goes, and calls {@link settle}. */
  lead(key: string): boolean {
    if (this.underWay.has(key) || this.apart.get(key)) return false;
    this.underWay.set(key, []);
    return true;
  }

  /** Remembers what came of a key. */
  learn(key: string, kept: Kept): void {
    if (kept === 'kept') this.apart.delete(key);
    else if (kept === 'unfit') this.apart.set(key, true);
  }

  /** It is known what came of whoever leads: those who wait go on. */
  settle(key: string): void {
    const waiting = this.underWay.get(key) ?? [];
    this.underWay.delete(key);
    for (const proceed of waiting) proceed();
  }
}
