import type { LookedAt } from './looked-at.js';
import type { RuleSet } from './rule-set.js';

/** What rules say of a request, or of an answer. */
export interface Verdict {
  /** The rules refuse it. */
  readonly isAttack: boolean;
  /** Ids of those that matched. */
  readonly rules: readonly number[];
}

/** What a thread is asked, one question at a time. */
export type Question =
  /** Without an answer: its exit is one. */
  | { readonly kind: 'end' }
  | { readonly kind: 'open' }
  | { readonly kind: 'load'; readonly ruleSet: RuleSet }
  /** Forget all others. */
  | { readonly kind: 'keep'; readonly ruleSets: readonly string[] }
  | { readonly kind: 'look'; readonly ruleSet: string; readonly looked: LookedAt };

/** What it answers. */
export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string }
  /** The rule set has to be loaded first. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'verdict'; readonly verdict: Verdict };
