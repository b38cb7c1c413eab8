import { limitName, type LimitSpec } from '@gatehouse/contracts';
import type { Admission } from '../request/admission.js';
import { subjectOf } from './limit-subject.js';
import { ConcurrencyCounter, type LocalCounter, QuotaCounter, RateCounter } from './local-counters.js';
import type { Every } from './period.js';

/** What a limit counts. */
export type LimitTerms =
  | { readonly kind: 'rate'; readonly emissionMs: number; readonly burst: number }
  | { readonly kind: 'quota'; readonly total: number; readonly every: Every }
  | { readonly kind: 'concurrent'; readonly most: number };

/** What a limit is. */
export interface LimitFacts {
  /** As headers and decisions name it. */
  readonly name: string;
  readonly terms: LimitTerms;
  /** Its item of `RateLimit-Policy`; `undefined`: it is none of rates and quotas. */
  readonly policyItem: string | undefined;
  /** Whose counter a request goes to; `undefined`: the limit is not for it. */
  readonly keyOf: (admission: Admission) => string | undefined;
}

/** One limit of one route, of all routes of a tenant, or of identities, with its counters of this process. */
export class Limit {
  readonly name: string;
  readonly terms: LimitTerms;
  readonly policyItem: string | undefined;
  readonly keyOf: LimitFacts['keyOf'];
  private counter: { share: number; local: LocalCounter } | undefined;

  /** @param id the same after a reload that leaves it alone, and at every gateway. */
  constructor(
    readonly id: string,
    { name, terms, policyItem, keyOf }: LimitFacts,
  ) {
    this.name = name;
    this.terms = terms;
    this.policyItem = policyItem;
    this.keyOf = keyOf;
  }

  /** @param gateways how many share the limit. */
  local(gateways: number): LocalCounter {
    if (this.counter?.share !== gateways)
      this.counter = { share: gateways, local: counterOf(this.terms, gateways) };
    return this.counter.local;
  }
}

/** A limit as gateway.yaml has it. */
export function limitFacts(spec: LimitSpec): LimitFacts {
  const name = limitName(spec);
  const subject = subjectOf[spec.per];
  const plans = spec.plans && new Set(spec.plans);
  return {
    name,
    terms: termsOf(spec),
    policyItem: policyItemOf(name, spec),
    keyOf: plans
      ? (admission) => (plans.has(admission.credential.plan) ? subject(admission) : undefined)
      : subject,
  };
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
