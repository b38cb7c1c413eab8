import { ClaimCondition } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { meetsConditions } from '../src/claim-conditions.js';

const claims = {
  sub: 'repo:acme/api:ref:refs/heads/main',
  repository: 'acme/api',
  run_attempt: 1,
  private: true,
  groups: ['admin'],
  'kubernetes.io': { namespace: 'prod', serviceaccount: { name: 'worker' } },
  'a/b': 'slash',
};
const holds = (claim: string, matches: string) => meetsConditions([{ claim, matches }], claims);

describe('claim conditions', () => {
  it('hold for what a claim says, whole', () => {
    expect(holds('/repository', 'acme/api')).toBe(true);
    expect(holds('/kubernetes.io/serviceaccount/name', 'worker')).toBe(true);
    expect(holds('/run_attempt', '1')).toBe(true);
    expect(holds('/private', 'true')).toBe(true);
    expect(holds('/a~1b', 'slash')).toBe(true);
    expect(holds('/repository', 'acme/ap')).toBe(false);
    expect(holds('/repository', 'cme/api')).toBe(false);
    expect(holds('/repository', 'acme.api')).toBe(false);
  });

  it('hold for one part of a claim where a star stands, and no star reaches into the next part', () => {
    expect(holds('/sub', 'repo:acme/*:ref:refs/heads/main')).toBe(true);
    expect(holds('/sub', 'repo:acme/api:ref:refs/heads/*')).toBe(true);
    expect(holds('/sub', 'repo:acme/*')).toBe(false);
    expect(holds('/sub', 'repo:*')).toBe(false);
    const evil = { sub: 'repo:evil/x:ref:refs/heads/acme/api:ref:refs/heads/main' };
    expect(meetsConditions([{ claim: '/sub', matches: 'repo:*/api:ref:refs/heads/main' }], evil)).toBe(false);
  });

  it('do not hold for what is not said, or is no plain value', () => {
    expect(holds('/nothing', '*x')).toBe(false);
    expect(holds('/groups', 'admin')).toBe(false);
    expect(holds('/groups/0', 'admin')).toBe(false);
    expect(holds('/kubernetes.io', '*o*')).toBe(false);
    expect(holds('/constructor/name', 'Object')).toBe(false);
    expect(holds('/__proto__/x', 'x')).toBe(false);
  });

  it('must all hold, and there must be one', () => {
    const good = { claim: '/repository', matches: 'acme/api' };
    expect(meetsConditions([good, { claim: '/private', matches: 'false' }], claims)).toBe(false);
    expect(meetsConditions([], claims)).toBe(false);
  });

  it('take linear time', () => {
    const long = { sub: 'a'.repeat(100_000) };
    const started = performance.now();
    expect(meetsConditions([{ claim: '/sub', matches: `${'a*'.repeat(200)}b` }], long)).toBe(false);
    expect(meetsConditions([{ claim: '/sub', matches: `${'a*'.repeat(200)}a` }], long)).toBe(true);
    expect(performance.now() - started).toBeLessThan(60_000); // backtracking would take years
  });

  it('are no conditions when anything would do, or the pointer is none', () => {
    for (const matches of ['', '*', '***'])
      expect(ClaimCondition.safeParse({ claim: '/sub', matches }).success).toBe(false);
    for (const claim of ['', 'sub', '/', '/sub/', '/a~2'])
      expect(ClaimCondition.safeParse({ claim, matches: 'x' }).success).toBe(false);
  });
});
