import type { LimitSpec } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { RouteSpec } from '../routes/route-spec.js';
import { identityLimits } from './identity-limits.js';
import { Limit, limitFacts } from './limit.js';
import { takeHere } from './limit-store.js';
import { Limits } from './limits.js';

const NOW = { monoMs: 1_000, wallMs: Date.UTC(2026, 10, 22) };
const draw = (limits: Limit[], cost = 1, maxWaitMs = 0) => ({
  limits,
  keys: limits.map(() => 'a'),
  cost,
  maxWaitMs,
});

describe('several limits', () => {
  it('take of all or of none', () => {
    const wide = new Limit('wide', limitFacts({ per: 'token', requests: 10, windowSeconds: 60 }));
    const narrow = new Limit('narrow', limitFacts({ per: 'token', requests: 2, every: 'day' }));
    const cap = new Limit('cap', limitFacts({ per: 'token', concurrent: 100 }));
    const both = draw([wide, cap, narrow]);
    for (let i = 0; i < 2; i++) expect(takeHere(both, NOW).refusedBy).toBeUndefined();
    for (let i = 0; i < 50; i++) expect(takeHere(both, NOW).refusedBy).toBe(narrow);
    expect(wide.local(1).left('a', NOW).remaining).toBe(8);
    expect(cap.local(1).left('a', NOW).remaining).toBe(98);
  });

  it('say which is tightest, and give back what was under way', () => {
    const wide = new Limit('wide', limitFacts({ per: 'token', requests: 10, windowSeconds: 60 }));
    const cap = new Limit('cap', limitFacts({ per: 'ip', concurrent: 1 }));
    const first = takeHere(draw([wide, cap]), NOW);
    expect(first.tightest).toMatchObject({ name: 'token-60s', remaining: 9 });
    expect(takeHere(draw([wide, cap]), NOW).refusedBy).toBe(cap);
    first.release?.();
    expect(takeHere(draw([wide, cap]), NOW).refusedBy).toBeUndefined();
  });

  it('let a request wait for its turn where it may, each a step behind the last', () => {
    const limit = new Limit('x', limitFacts({ per: 'token', requests: 10, windowSeconds: 1, burst: 1 }));
    const waits = [0, 1, 2, 3].map(() => Math.round(takeHere(draw([limit], 1, 250), NOW).waitMs));
    expect(waits).toEqual([0, 100, 200, 300]);
    expect(takeHere(draw([limit], 1, 250), NOW).refusedBy).toBe(limit);
  });

  it('are shared out evenly among gateways that cannot ask each other', () => {
    const limit = new Limit('x', limitFacts({ per: 'token', requests: 90, windowSeconds: 60 }));
    let passed = 0;
    for (let i = 0; i < 100; i++) if (!takeHere(draw([limit]), NOW, 3).refusedBy) passed++;
    expect(passed).toBe(30);
  });
});

describe('a limit', () => {
  it('has a name that a header can hold, whatever its plans are called', () => {
    const { name, policyItem } = limitFacts({
      per: 'plan',
      requests: 5,
      windowSeconds: 60,
      plans: ['Größe "L"'],
    });
    expect(name).toBe('plan-60s-Gr%f6%dfe%20%22L%22');
    expect(policyItem).toBe(`"${name}";q=5;w=60`);
  });
});

describe('Limits', () => {
  it('keep their counters over a reload that leaves them alone, and begin anew where it changed them', () => {
    const limits = new Limits();
    const first = limits.replace({ routes: [route('a', [rate(5)]), route('b', [rate(5)])], limits: [] });
    const second = limits.replace({ routes: [route('a', [rate(5)]), route('b', [rate(6)])], limits: [] });
    expect(second.get('a')?.limits[0]).toBe(first.get('a')?.limits[0]);
    expect(second.get('b')?.limits[0]).not.toBe(first.get('b')?.limits[0]);
  });

  it('of the whole file are one for all routes of a tenant', () => {
    const routes = [route('a', []), route('b', []), route('c', [], 'acme')];
    const made = new Limits().replace({ routes, limits: [rate(5)] });
    expect(made.get('a')?.limits[0]).toBe(made.get('b')?.limits[0]);
    expect(made.get('c')?.limits[0]).not.toBe(made.get('a')?.limits[0]);
  });
});

const route = (id: string, limits: LimitSpec[], tenant = 'default') =>
  RouteSpec.parse({ id, path: `/${id}`, upstream: 'http://x', scopes: { '*': [] }, tenant, limits });
const rate = (requests: number): LimitSpec => ({ per: 'token', requests, windowSeconds: 60 });

const at = (seconds: number) => ({ monoMs: seconds * 1000, wallMs: seconds * 1000 });

describe('limits of an identity', () => {
  const terms = { name: 'minute', limit: 2, durationSeconds: 60 };

  it('are so much in each window, whenever in it', () => {
    const { limits } = identityLimits('default', [terms]);
    const refused = [0, 59, 59.9, 60, 60, 60].map((seconds) => takeHere(draw([...limits]), at(seconds)));
    expect(refused.map(({ refusedBy }) => refusedBy?.name)).toEqual([
      undefined,
      undefined,
      'identity-minute',
      undefined,
      undefined,
      'identity-minute',
    ]);
    expect(refused[2].waitMs).toBeCloseTo(100);
  });

  it('keep their count while their terms stay, for a tenant alone', () => {
    const [limit] = identityLimits('default', [terms]).limits;
    expect(identityLimits('default', [{ ...terms }]).limits[0]).toBe(limit);
    expect(identityLimits('default', [{ ...terms, limit: 3 }]).limits[0]).not.toBe(limit);
    expect(identityLimits('other', [terms]).limits[0]).not.toBe(limit);
  });
});
