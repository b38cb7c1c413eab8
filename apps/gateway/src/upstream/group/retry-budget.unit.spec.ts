import { describe, expect, it } from '@jest/globals';
import { RetryBudget } from './retry-budget.js';

describe('a retry budget', () => {
  it.each([
    [20, 10],
    [10, 0],
    [0, 3],
    [100, 5],
  ])('of %d %% and %d in reserve never lets more through, whatever the order', (budgetPercent, reserve) => {
    const budget = new RetryBudget({ budgetPercent, reserve });
    let retries = 0;
    for (let requests = 1; requests <= 1_000; requests++) {
      budget.earn();
      // Calm for a while, then everything fails.
      if (requests > 300) while (budget.spend()) retries++;
      expect(retries).toBeLessThanOrEqual((requests * budgetPercent) / 100 + reserve + 1e-6);
    }
    expect(retries).toBeGreaterThanOrEqual(Math.floor((700 * budgetPercent) / 100) - 1);
  });
});
