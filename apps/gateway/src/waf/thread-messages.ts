import type { RuleSet } from './rule-set.js';

/** A request as the engine looks at it. */
export interface LookedAt {
  readonly clientAddress: string;
  readonly method: string;
  readonly target: string;
  /** `1.1`. */
  readonly httpVersion: string;
  /** Flat list of names and values. */
  readonly headers: readonly string[];
  /** Of a memory of its own, which is gone once it is looked at. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** What rules say of a request. */
export interface Verdict {
  /** The rules refuse it. */
  readonly isAttack: boolean;
  /** Ids of those that matched. */
  readonly rules: readonly number[];
}

/** What a thread is asked, one question at a time. */
export type Question =
  | { readonly kind: 'open' }
  | { readonly kind: 'load'; readonly ruleSet: RuleSet }
  /** Forget all others. */
  | { readonly kind: 'keep'; readonly ruleSets: readonly string[] }
  | { readonly kind: 'look'; readonly ruleSet: string; readonly request: LookedAt };

/** What it answers. */
export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string }
  /** The rule set has to be loaded first. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'verdict'; readonly verdict: Verdict };
