import { given } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { tokenDecider } from '../tokens/token.decider.js';
import type { TokenEvent } from '../tokens/token.events.js';
import { LeakPolicy } from './leak-policy.js';
import type { ReportLeak } from './report-leak.js';

const tokenId = `tok_${'a'.repeat(32)}`;
const secret = { id: 'sec_1', hash: 'h', pepperVersion: 1, last4: 'wxyz' };
const issued: TokenEvent = {
  type: 'token.issued.v1',
  data: { tokenId, name: 'x', scopes: ['a:b'], expiresAt: null, ipAllow: [], metadata: {}, secret },
};
const leak = {
  tokenId,
  leakId: 'leak_1',
  secretId: 'sec_1',
  source: 'commit',
  url: 'https://code.example/1',
};
const report = (policy: ReportLeak['policy']): ReportLeak => ({ kind: 'report-leak', ...leak, policy });
const reported = (action: 'suspended' | 'revoked' | 'none'): TokenEvent => ({
  type: 'token.leak-reported.v1',
  data: { ...leak, action },
});
const reason = 'leak reported: leak_1';
const suspended: TokenEvent = { type: 'token.suspended.v1', data: { tokenId, reason } };
const revoked: TokenEvent = { type: 'token.revoked.v1', data: { tokenId, reason } };

describe('a reported leak', () => {
  it.each([
    ['suspend', [reported('suspended'), suspended]],
    ['revoke', [reported('revoked'), revoked]],
    ['report', [reported('none')]],
  ] as const)('does what the policy %s says', (policy, events) => {
    given(tokenDecider, [issued]).when(report(policy)).then(events);
  });

  it('that was reported before changes nothing, also after a revocation', () => {
    given(tokenDecider, [issued, reported('suspended'), suspended])
      .when(report('suspend'))
      .then([]);
    given(tokenDecider, [issued, reported('revoked'), revoked])
      .when(report('revoke'))
      .then([]);
  });

  it('of a token that is suspended or revoked already is on record all the same', () => {
    given(tokenDecider, [issued, suspended])
      .when(report('suspend'))
      .then([reported('suspended')]);
    given(tokenDecider, [issued, revoked])
      .when(report('revoke'))
      .then([reported('none')]);
  });

  it('of a secret that was rotated away leaves the token alone', () => {
    const retired: TokenEvent = { type: 'token.secret-retired.v1', data: { tokenId, secretId: 'sec_1' } };
    given(tokenDecider, [issued, retired])
      .when(report('revoke'))
      .then([reported('none')]);
  });

  it('of no token is not found', () => {
    given(tokenDecider, []).when(report('suspend')).thenThrows('not-found');
  });

  it('is recorded a hundred times for a token, and no more', () => {
    const many = Array.from({ length: 100 }, (_, i): TokenEvent => {
      return { type: 'token.leak-reported.v1', data: { ...leak, leakId: `leak_${i + 2}`, action: 'none' } };
    });
    given(tokenDecider, [issued, ...many])
      .when(report('report'))
      .then([]);
  });
});

describe('LeakPolicy', () => {
  it('is one action for all, with exceptions by tenant', () => {
    const policy = LeakPolicy.parse('suspend, acme=revoke,beta=report');
    expect(['other', 'acme', 'beta'].map((tenant) => policy?.of(tenant, 'chat'))).toEqual([
      'suspend',
      'revoke',
      'report',
    ]);
  });

  it('gives way to the tenant’s own, and that to what it says of the source, whatever the source is called', () => {
    const policy = LeakPolicy.parse('suspend');
    const own = { usual: 'revoke', bySource: { chat: 'report' } } as const;
    const actions = ['chat', 'log', 'constructor', '__proto__'].map((source) =>
      policy?.of('acme', source, own),
    );
    expect(actions).toEqual(['report', 'revoke', 'revoke', 'revoke']);
  });

  it.each(['', 'delete', 'suspend,acme', 'suspend,acme=x', 'acme=revoke', 'suspend,A B=revoke'])(
    'is not %j',
    (text) => expect(LeakPolicy.parse(text)).toBeUndefined(),
  );
});
