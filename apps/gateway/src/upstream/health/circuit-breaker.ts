import type { BreakerSpec } from './health-spec.js';
import type { Outcome } from './outcome.js';
import { RecentCounts } from './recent-counts.js';

/** Instants are of a clock that never goes back, in milliseconds. */
type State =
  | { readonly status: 'closed' }
  | { readonly status: 'open'; readonly until: number }
  | { readonly status: 'half-open'; readonly probing: boolean };

/** Stops asking a target that fails, and finds out with one request at a time whether it is back. */
export class CircuitBreaker {
  private state: State = { status: 'closed' };
  private readonly recent: RecentCounts;

  /** @param onChange told when it opens, and when it is closed again. */
  constructor(
    private readonly spec: BreakerSpec,
    private readonly onChange: (to: 'open' | 'closed') => void = () => {},
  ) {
    this.recent = new RecentCounts(spec.windowSeconds * 1000);
  }

  get status(): State['status'] {
    return this.state.status;
  }

  /** Whether a request may go there now. */
  admits(nowMs: number): boolean {
    const { state } = this;
    switch (state.status) {
      case 'closed':
        return true;
      case 'open':
        return nowMs >= state.until;
      case 'half-open':
        return !state.probing;
    }
  }

  /** How long until it may admit one again; not less than a second, because a probe has to come back first. */
  waitMs(nowMs: number): number {
    return Math.max(1_000, this.state.status === 'open' ? this.state.until - nowMs : 0);
  }

  /**
   * A request that was admitted sets out.
   * @returns whether it is the probe, which {@link end} wants to know.
   */
  begin(): boolean {
    if (this.state.status === 'closed') return false;
    this.state = { status: 'half-open', probing: true };
    return true;
  }

  /** What became of it. What set out before the breaker opened has no say any more. */
  end(outcome: Outcome, isProbe: boolean, nowMs: number): void {
    const { spec, recent } = this;
    if (isProbe) {
      if (outcome === 'unknown') this.state = { status: 'half-open', probing: false };
      else if (outcome === 'failed') this.open(nowMs);
      else this.close();
      return;
    }
    if (this.state.status !== 'closed' || outcome === 'unknown') return;
    recent.add(outcome === 'failed', nowMs);
    if (!recent.isBad(spec.minimumRequests, spec.failurePercent, nowMs)) return;
    this.open(nowMs);
    this.onChange('open'); // once, however many probes fail from now on
  }

  private close(): void {
    this.state = { status: 'closed' };
    this.onChange('closed');
  }

  private open(nowMs: number): void {
    this.state = { status: 'open', until: nowMs + this.spec.openMs };
    this.recent.clear();
  }
}
