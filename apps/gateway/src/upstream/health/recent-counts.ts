const STEPS = 10;

/** How many of the requests of the last while failed, in ten steps. Memory is fixed. */
export class RecentCounts {
  private readonly totals = Array.from({ length: STEPS }, () => 0);
  private readonly failures = Array.from({ length: STEPS }, () => 0);
  private readonly stepMs: number;
  private latest = Number.NEGATIVE_INFINITY;
  private total = 0;
  private failed = 0;

  constructor(windowMs: number) {
    this.stepMs = windowMs / STEPS;
  }

  /** @param nowMs of a clock that never goes back. */
  add(hasFailed: boolean, nowMs: number): void {
    const slot = this.advance(nowMs);
    this.total++;
    this.totals[slot]!++;
    if (!hasFailed) return;
    this.failed++;
    this.failures[slot]!++;
  }

  /** Whether at least `minimum` requests came and `percent` of them failed. */
  isBad(minimum: number, percent: number, nowMs: number): boolean {
    this.advance(nowMs);
    return this.total >= minimum && this.failed * 100 >= this.total * percent;
  }

  clear(): void {
    this.totals.fill(0);
    this.failures.fill(0);
    this.total = 0;
    this.failed = 0;
  }

  private advance(nowMs: number): number {
    const step = Math.floor(nowMs / this.stepMs);
    if (step - this.latest >= STEPS) this.clear();
    else for (let passed = this.latest + 1; passed <= step; passed++) this.forget(passed % STEPS);
    this.latest = step;
    return step % STEPS;
  }

  private forget(slot: number): void {
    this.total -= this.totals[slot]!;
    this.failed -= this.failures[slot]!;
    this.totals[slot] = 0;
    this.failures[slot] = 0;
  }
}
