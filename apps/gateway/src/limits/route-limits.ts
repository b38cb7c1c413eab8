import type { Admission } from '../request/admission.js';
import type { Exchange } from '../request/exchange.js';
import { refusals } from '../request/refusals.js';
import type { Credential, Holder } from '../tokens/credential.js';
import type { Limit } from './limit.js';
import { limitRefusal } from './limit-refusal.js';
import type { Draw, LimitStore, Verdict } from './limit-store.js';

const NONE: readonly string[] = [];

/** What {@link RouteLimits} needs. */
export interface RouteLimitsOptions {
  readonly limits: readonly Limit[];
  readonly store: LimitStore;
  readonly throttle: { readonly maxWaitMs: number; readonly maxWaiting: number } | undefined;
}

/** The limits of one route: asked last, because what they let through is counted. */
export class RouteLimits {
  /** `RateLimit-Policy`; empty: no rate and no quota is among them. */
  readonly policy: string;
  private readonly throttle: { readonly maxWaitMs: number; readonly maxWaiting: number };
  private waiting = 0;

  constructor(private readonly options: RouteLimitsOptions) {
    this.policy = options.limits.flatMap(({ policyItem }) => policyItem ?? []).join(', ');
    this.throttle = options.throttle ?? { maxWaitMs: 0, maxWaiting: 0 };
  }

  get limits(): readonly Limit[] {
    return this.options.limits;
  }

  /**
   * Refuses the request, or lets it go on, at once or after a while.
   * @param proceed told whether time has passed meanwhile.
   */
  admit(exchange: Exchange, admission: Admission, proceed: (hasWaited: boolean) => void): void {
    const taken = this.options.store.take(this.drawOf(admission));
    if (taken instanceof Promise)
      taken
        .then((verdict) => this.settle(exchange, verdict, () => proceed(true)))
        .catch(() => exchange.refuse(refusals.internal, 'failed'));
    else this.settle(exchange, taken, proceed);
  }

  /** Whether requests with a token come to no limit at all. */
  areNoneFor({ limits }: Credential): boolean {
    return limits === undefined && this.options.limits.length === 0;
  }

  /** What a request asks of them, and of those that its token shares with others of its identity. */
  drawOf(admission: Admission): Draw {
    const shared = admission.credential.limits;
    const limits = shared ? [...this.options.limits, ...shared.limits] : this.options.limits;
    return {
      limits,
      keys: limits.map((limit) => limit.keyOf(admission)),
      cost: admission.requirement.cost,
      maxWaitMs: this.waiting < this.throttle.maxWaiting ? this.throttle.maxWaitMs : 0,
    };
  }

  private settle(
    exchange: Exchange,
    { refusedBy, waitMs, tightest, release }: Verdict,
    proceed: (hasWaited: boolean) => void,
  ): void {
    if (tightest)
      exchange.limitHeaders = [
        ...exchange.limitHeaders,
        ...policyOf(exchange.holder),
        'ratelimit',
        `"${tightest.name}";r=${tightest.remaining};t=${Math.ceil(tightest.resetMs / 1000)}`,
      ];
    if (refusedBy) {
      exchange.limit = refusedBy.name;
      exchange.refusedBy = policyName(refusedBy);
      exchange.refuse(limitRefusal(refusedBy, waitMs));
      return;
    }
    if (release) exchange.onFinished(release);
    if (waitMs > 0) this.delay(exchange, waitMs, proceed);
    else proceed(false);
  }

  private delay(exchange: Exchange, waitMs: number, proceed: (hasWaited: boolean) => void): void {
    const { response } = exchange;
    this.waiting++;
    const left = () => {
      clearTimeout(timer);
      this.waiting--;
      exchange.finish('aborted', () => {});
    };
    const timer = setTimeout(() => {
      response.off('close', left);
      this.waiting--;
      exchange.waitedMs = waitMs;
      proceed(true);
    }, waitMs);
    response.once('close', left);
  }
}

/** Its route says what it limits itself. */
const policyOf = (holder: Holder | undefined): readonly string[] =>
  holder?.limits ? ['ratelimit-policy', holder.limits.policy] : NONE;

/** As a decision names it. */
export const policyName = ({ name }: Limit): string => `limit-${name}`;
