import { limitName, type LimitSpec } from '@gatehouse/contracts';
import type { Admission } from '../request/admission.js';
import { subjectOf } from './limit-subject.js';
import { ConcurrencyCounter, type LocalCounter, QuotaCounter, RateCounter } from './local-counters.js';

/** What a limit counts. */
export type LimitTerms =
  | { readonly kind: 'rate'; readonly emissionMs: number; readonly burst: number }
  | { readonly kind: 'quota'; readonly total: number; readonly every: 'day' | 'month' }
  | { readonly kind: 'concurrent'; readonly most: number };

/** One limit of one route, or of all routes of a tenant, with its counters of this process. */
export class Limit {
  readonly name: string;
  readonly terms: LimitTerms;
  /** Its item of `RateLimit-Policy`; `undefined`: it is none of rates and quotas. */
  readonly policyItem: string | undefined;
  private readonly subject: (admission: Admission) => string;
  private readonly plans: ReadonlySet<string> | undefined;
  private counter: { share: number; local: LocalCounter } | undefined;

  /** @param id the same after a reload that leaves it alone, and at every gateway. */
  constructor(
    readonly id: string,
    spec: LimitSpec,
  ) {
    this.name = limitName(spec);
    this.terms = termsOf(spec);
    this.policyItem = policyItemOf(this.name, spec);
    this.subject = subjectOf[spec.per];
    this.plans = spec.plans && new Set(spec.plans);
  }

  /** Whose counter a request goes to; `undefined`: the limit is not for it. */
  keyOf(admission: Admission): string | undefined {
    if (this.plans && !this.plans.has(admission.credential.plan)) return undefined;
    return this.subject(admission);
  }

  /** @param gateways how many share the limit. */
  local(gateways: number): LocalCounter {
    if (this.counter?.share !== gateways)
      this.counter = { share: gateways, local: counterOf(this.terms, gateways) };
    return this.counter.local;
  }
}

function termsOf({ requests = 0, windowSeconds, burst, every, concurrent }: LimitSpec): LimitTerms {
  if (concurrent !== undefined) return { kind: 'concurrent', most: concurrent };
  if (every !== undefined) return { kind: 'quota', total: requests, every };
  return {
    kind: 'rate',
    emissionMs: ((windowSeconds ?? 1) * 1000) / requests,
    burst: burst ?? requests,
  };
}

function counterOf(terms: LimitTerms, gateways: number): LocalCounter {
  switch (terms.kind) {
    case 'rate':
      return new RateCounter(terms.emissionMs * gateways, Math.max(1, terms.burst / gateways));
    case 'quota':
      return new QuotaCounter(Math.max(1, Math.floor(terms.total / gateways)), terms.every);
    case 'concurrent':
      return new ConcurrencyCounter(Math.max(1, Math.floor(terms.most / gateways)));
  }
}

const SECONDS = { day: 86_400, month: 30 * 86_400 };

/** draft-ietf-httpapi-ratelimit-headers-10 §3; a month counts as thirty days there. */
function policyItemOf(name: string, { requests, windowSeconds, every }: LimitSpec): string | undefined {
  const seconds = windowSeconds ?? (every && SECONDS[every]);
  return seconds === undefined ? undefined : `"${name}";q=${requests};w=${seconds}`;
}
