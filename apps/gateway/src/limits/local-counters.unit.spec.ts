import { describe, expect, it } from '@jest/globals';
import { ConcurrencyCounter, type LocalCounter, QuotaCounter, RateCounter } from './local-counters.js';

const at = (ms: number) => ({ monoMs: ms, wallMs: ms });
const rate = (requests: number, windowSeconds: number, burst = requests) =>
  new RateCounter((windowSeconds * 1000) / requests, burst);

function passes(counter: LocalCounter, key: string, ms: number, cost = 1): boolean {
  if (counter.waitMs(key, cost, at(ms)) > 0) return false;
  counter.take(key, cost, at(ms));
  return true;
}
const passed = (counter: LocalCounter, ms: number, tries: number) =>
  Array.from({ length: tries }, () => passes(counter, 'a', ms)).filter(Boolean).length;

describe('RateCounter', () => {
  it('lets a whole burst through at once, and no more', () => {
    expect(passed(rate(10, 60), 1_000, 50)).toBe(10);
    expect(passed(rate(10, 60, 3), 1_000, 50)).toBe(3);
  });

  it('returns the allowance evenly over the window', () => {
    const limit = rate(10, 60);
    expect(passed(limit, 0, 10)).toBe(10);
    expect(passed(limit, 5_999, 5)).toBe(0);
    expect(passed(limit, 6_000, 5)).toBe(1);
    expect(passed(limit, 66_000, 20)).toBe(10);
  });

  it('says how long to wait, and keeps the word', () => {
    const limit = rate(1, 10);
    expect(passes(limit, 'a', 0)).toBe(true);
    const waitMs = limit.waitMs('a', 1, at(2_500));
    expect(waitMs).toBeCloseTo(7_500);
    expect(passes(limit, 'a', 2_500 + waitMs)).toBe(true);
  });

  it('keeps subjects apart, and takes what a request costs', () => {
    const limit = rate(10, 60);
    expect([passes(limit, 'a', 0, 7), passes(limit, 'b', 0, 7), passes(limit, 'a', 0, 4)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(limit.left('a', at(0)).remaining).toBe(3);
  });

  it('never lets more than the burst and the rate through, whatever the pattern', () => {
    const limit = rate(7, 1);
    const times: number[] = [];
    let seed = 1;
    for (let now = 0; now < 60_000; ) {
      seed = (seed * 48_271) % 2_147_483_647;
      now += seed % 97;
      if (passes(limit, 'a', now)) times.push(now);
    }
    // GCRA: a burst of the whole allowance, then one per emission interval.
    for (const [i, begin] of times.entries()) {
      const next = times[i + 14];
      if (next !== undefined) expect(next - begin).toBeGreaterThanOrEqual(1_000 - 1e-6);
    }
    expect(times.length).toBeGreaterThan(400);
  });
});

describe('QuotaCounter', () => {
  const month = new QuotaCounter(2, 'month');

  it('begins anew with the calendar, by UTC', () => {
    const lateJanuary = Date.UTC(2028, 0, 31, 23, 59, 59, 999);
    expect(passed(month, lateJanuary, 5)).toBe(2);
    expect(month.waitMs('a', 1, at(lateJanuary))).toBe(1);
    expect(passed(month, lateJanuary + 1, 5)).toBe(2);
    expect(month.waitMs('a', 1, at(lateJanuary + 1))).toBe(29 * 86_400_000);
  });

  it('counts a day by itself', () => {
    const day = new QuotaCounter(3, 'day');
    const noon = Date.UTC(2026, 10, 22, 12);
    expect(passed(day, noon, 5)).toBe(3);
    expect(day.waitMs('a', 1, at(noon))).toBe(12 * 3_600_000);
    expect(passed(day, noon + 12 * 3_600_000, 5)).toBe(3);
  });
});

describe('ConcurrencyCounter', () => {
  it('has room again when one ends', () => {
    const counter = new ConcurrencyCounter(2);
    counter.take('a');
    counter.take('a');
    expect([counter.waitMs('a'), counter.waitMs('b')]).toEqual([1_000, 0]);
    counter.release('a');
    expect(counter.waitMs('a')).toBe(0);
  });
});
