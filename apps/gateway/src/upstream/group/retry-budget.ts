import type { RetrySpec } from './retry-spec.js';

/**
 * Bounds the retries of a group to a share of its requests, so that targets in trouble are not asked twice by everybody.
 * Of n requests at most `n * budgetPercent / 100 + reserve` are sent again, at any time and for any n.
 */
export class RetryBudget {
  private balance: number;

  constructor(private readonly spec: Pick<RetrySpec, 'budgetPercent' | 'reserve'>) {
    this.balance = spec.reserve;
  }

  /** A request has come. */
  earn(): void {
    this.balance = Math.min(this.balance + this.spec.budgetPercent / 100, Math.max(this.spec.reserve, 1));
  }

  /** @returns whether one more retry is within the budget; it is then spent. */
  spend(): boolean {
    if (this.balance < 1 - 1e-9) return false; // 5 × 0.2 is a whole one
    this.balance -= 1;
    return true;
  }
}
