import { RecentMap } from '../recent-map.js';

/** Of one key; more than these do not wait. */
const MAX_WAITING = 1_000;
const REMEMBERED = 10_000;
/** An answer that takes longer is nothing to wait for. */
const MAX_WAIT_MS = 5_000;

/** Whether an answer is kept; `unfit`: none of its kind is. */
export type Kept = 'kept' | 'unfit' | 'failed';

/** Lets one of several requests for the same answer go upstream, while the others wait for what it brings. */
export class Collapsing {
  private readonly underWay = new Map<string, Waiting>();
  /** Whose answers turned out not to be for several: nobody waits for them again. */
  private readonly apart = new RecentMap<string, true>(REMEMBERED);

  constructor(private readonly maxWaitMs = MAX_WAIT_MS) {}

  /**
   * @param proceed called when it has waited for another.
   * @returns `leads`: it goes, and calls {@link settle}; `waits`: for another; `alone`: it goes and nobody waits for it.
   */
  join(key: string, proceed: () => void): 'leads' | 'waits' | 'alone' {
    const waiting = this.underWay.get(key);
    if (!waiting) return this.lead(key) ? 'leads' : 'alone';
    if (waiting.proceeds.length >= MAX_WAITING) return 'alone';
    waiting.proceeds.push(proceed);
    waiting.timer ??= setTimeout(() => this.giveUp(key), this.maxWaitMs);
    return 'waits';
  }

  /** @returns whether it goes, and calls {@link settle}. */
  lead(key: string): boolean {
    if (this.underWay.has(key) || this.apart.get(key)) return false;
    this.underWay.set(key, { proceeds: [], timer: undefined });
    return true;
  }

  /** Remembers what came of a key. */
  learn(key: string, kept: Kept): void {
    if (kept === 'kept') this.apart.delete(key);
    else if (kept === 'unfit') this.apart.set(key, true);
  }

  /** It is known what came of whoever leads: those who wait go on. */
  settle(key: string): void {
    const waiting = this.underWay.get(key);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.underWay.delete(key);
    for (const proceed of waiting.proceeds) proceed();
  }

  private giveUp(key: string): void {
    this.learn(key, 'unfit');
    this.settle(key);
  }
}

interface Waiting {
  readonly proceeds: (() => void)[];
  timer: NodeJS.Timeout | undefined;
}
