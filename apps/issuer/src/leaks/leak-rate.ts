import { DomainError } from '@gatehouse/kernel';

const WINDOW_MS = 60_000;
const REPORTERS = 1_000;

/** How many leaks one reporter may report in a minute, at this issuer. */
export class LeakRate {
  private readonly counts = new Map<string, { since: number; reports: number }>();

  constructor(private readonly most: number) {}

  /**
   * @param reporter a scanner's key or a caller's token: proven, so that nobody spends another's allowance.
   * @throws DomainError `rate-limited`
   */
  take(reporter: string, reports: number, nowMs: number): void {
    const current = this.counts.get(reporter);
    const used = current && nowMs - current.since < WINDOW_MS ? current : { since: nowMs, reports: 0 };
    if (used.reports + reports > this.most)
      throw new DomainError('exhausted', 'rate-limited', `Report at most ${this.most} leaks a minute.`);
    if (this.counts.size >= REPORTERS) this.counts.clear();
    this.counts.set(reporter, { since: used.since, reports: used.reports + reports });
  }
}
