import { describe, expect, it } from '@jest/globals';
import { RateLimit } from './rate-limit.js';
import { RateLimits } from './rate-limits.js';

describe('RateLimit', () => {
  it('lets a whole allowance through at once, and no more', () => {
    expect(taken(new RateLimit({ requests: 10, windowSeconds: 60 }), 'a', 1_000, 50)).toBe(10);
  });

  it('returns the allowance evenly over the window', () => {
    const limit = new RateLimit({ requests: 10, windowSeconds: 60 });
    expect(taken(limit, 'a', 0, 10)).toBe(10);
    expect(taken(limit, 'a', 5_999, 5)).toBe(0);
    expect(taken(limit, 'a', 6_000, 5)).toBe(1);
    expect(taken(limit, 'a', 60_000 + 6_000, 20)).toBe(10);
  });

  it('says how long to wait, and keeps the word', () => {
    const limit = new RateLimit({ requests: 1, windowSeconds: 10 });
    expect(limit.take('a', 0)).toBe(0);
    const waitMs = limit.take('a', 2_500);
    expect(waitMs).toBeCloseTo(7_500);
    expect(limit.take('a', 2_500 + waitMs)).toBe(0);
  });

  it('keeps tokens apart', () => {
    const limit = new RateLimit({ requests: 1, windowSeconds: 10 });
    expect([limit.take('a', 0), limit.take('b', 0)]).toEqual([0, 0]);
  });

  it('never lets more than the allowance through in any window, whatever the pattern', () => {
    const limit = new RateLimit({ requests: 7, windowSeconds: 1 });
    const passed: number[] = [];
    let seed = 1;
    for (let now = 0; now < 60_000; ) {
      seed = (seed * 48_271) % 2_147_483_647;
      now += seed % 97;
      if (limit.take('a', now) === 0) passed.push(now);
    }
    // GCRA: a burst of the whole allowance, then one per emission interval.
    for (const [i, at] of passed.entries()) {
      const next = passed[i + 14];
      if (next !== undefined) expect(next - at).toBeGreaterThanOrEqual(1_000 - 1e-6);
    }
    expect(passed.length).toBeGreaterThan(400);
  });
});

describe('RateLimits', () => {
  const timeouts = { connectMs: 1, headersMs: 1, bodyMs: 1 };
  const route = (id: string, requests: number) => ({
    id,
    path: '/x',
    upstream: 'http://x',
    scopes: {},
    tenant: 'default',
    maxBodyBytes: 1,
    timeouts,
    staleSeconds: 10,
    limit: { requests, windowSeconds: 60 },
  });

  it('keeps the counters of a limit that a reload leaves alone, and begins anew where it changed', () => {
    const limits = new RateLimits();
    const first = limits.replace([route('a', 5), route('b', 5)]);
    const second = limits.replace([route('a', 5), route('b', 6)]);
    expect(second.get('a')).toBe(first.get('a'));
    expect(second.get('b')).not.toBe(first.get('b'));
  });
});

const taken = (limit: RateLimit, token: string, nowMs: number, tries: number) =>
  Array.from({ length: tries }, () => limit.take(token, nowMs)).filter((waitMs) => waitMs === 0).length;
