import type { UpstreamTargets } from '@gatehouse/contracts';
import type { Weighted } from '../balance/balancer.js';
import { CircuitBreaker } from '../health/circuit-breaker.js';
import type { HealthCheck } from '../health/health-check.js';
import { OutlierEjection } from '../health/outlier-ejection.js';
import type { Outcome } from '../health/outcome.js';
import type { Sender } from '../connections.js';
import { basePathOf } from '../upstream-url.js';
import type { GroupSpec } from './group-spec.js';

/** What a target needs. */
export interface MemberOptions {
  readonly target: UpstreamTargets[number];
  readonly spec: Pick<GroupSpec, 'breaker' | 'outliers'>;
  readonly sender: Sender;
  /** Absent: nobody asks it. */
  readonly check: HealthCheck | undefined;
  /** Whether the group can do without one more. */
  readonly mayEject: (nowMs: number) => boolean;
  /** Told of a breaker that opened, or closed again. */
  readonly onBreaker: (target: string, to: 'open' | 'closed') => void;
}

/** One target of a group, and what is known of it. */
export class Member implements Weighted {
  readonly name: string;
  readonly weight: number;
  readonly base: string;
  readonly sender: Sender;
  readonly breaker: CircuitBreaker;
  readonly ejection: OutlierEjection;
  readonly check: HealthCheck | undefined;
  /** How many requests ended in which way. */
  readonly ended: Record<Outcome, number> = { ok: 0, error: 0, failed: 0, unknown: 0 };
  /** How often its breaker opened. */
  opened = 0;
  inFlight = 0;
  /** WebSockets that are open through it. */
  tunnels = 0;
  private readonly maxInFlight: number;

  constructor({ target, spec, sender, check, mayEject, onBreaker }: MemberOptions) {
    this.name = target.url;
    this.weight = target.weight;
    this.base = basePathOf(target.url);
    this.sender = sender;
    this.check = check;
    this.maxInFlight = spec.breaker.maxInFlight;
    this.breaker = new CircuitBreaker(spec.breaker, (to) => {
      if (to === 'open') this.opened++;
      onBreaker(this.name, to);
    });
    this.ejection = new OutlierEjection(spec.outliers, mayEject);
  }

  get load(): number {
    return this.inFlight + this.tunnels;
  }

  /** Whether it may be asked now. */
  admits(nowMs: number): boolean {
    return this.inFlight < this.maxInFlight && this.breaker.admits(nowMs);
  }

  /** As far as is known. Whether it may be asked, {@link admits} says. */
  isWell(nowMs: number): boolean {
    return this.check?.isUp !== false && !this.ejection.isEjected(nowMs);
  }

  /** @returns whether the request is the breaker's probe. */
  begin(): boolean {
    this.inFlight++;
    return this.breaker.begin();
  }

  end(outcome: Outcome, isProbe: boolean): void {
    const now = performance.now();
    this.inFlight--;
    this.ended[outcome]++;
    this.breaker.end(outcome, isProbe, now);
    this.ejection.note(outcome, now);
  }
}
