import type { OutlierSpec } from './health-spec.js';
import type { Outcome } from './outcome.js';
import { RecentCounts } from './recent-counts.js';

/** Takes a target out of its group for a while when it does worse than it may; each time for longer. */
export class OutlierEjection {
  /** How often it was ejected. */
  ejections = 0;
  private consecutive = 0;
  /** Ejections in a row, which the next one's length follows from. */
  private rounds = 0;
  private until = Number.NEGATIVE_INFINITY;
  private readonly recent: RecentCounts;

  /** @param mayEject whether the group can do without one more. */
  constructor(
    private readonly spec: OutlierSpec,
    private readonly mayEject: (nowMs: number) => boolean,
  ) {
    this.recent = new RecentCounts(spec.windowSeconds * 1000);
  }

  isEjected(nowMs: number): boolean {
    return nowMs < this.until;
  }

  /** @param nowMs of a clock that never goes back. */
  note(outcome: Outcome, nowMs: number): void {
    if (outcome === 'unknown' || this.isEjected(nowMs)) return; // what was under way has no say any more
    const { spec, recent } = this;
    this.consecutive = outcome === 'failed' ? this.consecutive + 1 : 0;
    recent.add(outcome !== 'ok', nowMs);
    const isBad =
      this.consecutive >= spec.consecutiveFailures ||
      recent.isBad(spec.minimumRequests, spec.errorPercent, nowMs);
    if (isBad) this.eject(nowMs);
    else if (this.rounds > 0 && nowMs - this.until > this.lengthMs) this.rounds = 0; // well for as long as it was out
  }

  private eject(nowMs: number): void {
    if (!this.mayEject(nowMs)) return;
    this.rounds++;
    this.ejections++;
    this.until = nowMs + this.lengthMs;
    this.consecutive = 0;
    this.recent.clear();
  }

  private get lengthMs(): number {
    return Math.min(this.spec.ejectMs * 2 ** (this.rounds - 1), this.spec.maxEjectMs);
  }
}
