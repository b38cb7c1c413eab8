import { beforeEach, describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.js';
import { BreakerSpec } from './health-spec.js';

describe('a circuit breaker', () => {
  let breaker: CircuitBreaker;
  beforeEach(() => {
    breaker = new CircuitBreaker(
      BreakerSpec.parse({ minimumRequests: 4, failurePercent: 50, windowSeconds: 10, openMs: 1_000 }),
    );
  });
  const fail = (times: number, at: number) => {
    for (let i = 0; i < times; i++) breaker.end('failed', breaker.begin(), at);
  };

  it('opens at the share of failures, not before there are enough requests', () => {
    fail(3, 0);
    expect(breaker.admits(0)).toBe(true);
    fail(1, 0);
    expect(breaker.admits(0)).toBe(false);
    expect(breaker.waitMs(0)).toBe(1_000);
  });

  it('stays closed below the share, and for what is long past', () => {
    for (let i = 0; i < 6; i++) breaker.end('ok', breaker.begin(), 0);
    fail(5, 0);
    expect(breaker.status).toBe('closed');
    fail(3, 60_000);
    expect(breaker.status).toBe('closed');
  });

  it('lets one probe at a time through when its time is up', () => {
    fail(4, 0);
    expect(breaker.admits(999)).toBe(false);
    expect(breaker.admits(1_000)).toBe(true);
    expect(breaker.begin()).toBe(true);
    expect(breaker.admits(1_000)).toBe(false);
  });

  it('closes when the probe is answered, and then counts from nothing', () => {
    fail(4, 0);
    breaker.end('ok', breaker.begin(), 1_000);
    expect(breaker.status).toBe('closed');
    fail(3, 1_000);
    expect(breaker.status).toBe('closed');
  });

  it('opens again when the probe fails, and waits for another when it was given up', () => {
    fail(4, 0);
    breaker.end('failed', breaker.begin(), 1_000);
    expect(breaker.admits(1_999)).toBe(false);
    breaker.end('unknown', breaker.begin(), 2_000);
    expect(breaker.admits(2_000)).toBe(true);
  });

  it('does not listen to what set out before it opened', () => {
    const early = breaker.begin();
    fail(4, 0);
    breaker.end('ok', early, 500);
    expect(breaker.admits(500)).toBe(false);
  });

  it('does not count requests that their clients left, nor errors of single requests', () => {
    for (let i = 0; i < 50; i++) breaker.end(i % 2 ? 'unknown' : 'error', breaker.begin(), 0);
    expect(breaker.status).toBe('closed');
  });
});
