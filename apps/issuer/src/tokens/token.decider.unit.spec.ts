import { describe, it } from '@jest/globals';
import { given } from '@gatehouse/testing';
import { type IssueToken, type RevokeToken, tokenDecider } from './token.decider.js';
import type { TokenEvent } from './token.events.js';

const tokenId = `tok_${'a'.repeat(32)}`;
const data = {
  tokenId,
  name: 'CI',
  scopes: ['demo:read'],
  expiresAt: '2027-01-01T00:00:00.000Z',
  ipAllow: ['10.0.0.0/8'],
  metadata: { team: 'core' },
  secret: { id: 'sec_1', hash: 'h', pepperVersion: 1, last4: 'abcd' },
};
const issue: IssueToken = { kind: 'issue', ...data, grantedBy: ['tokens:write'] };
const revoke: RevokeToken = { kind: 'revoke', tokenId, reason: 'leaked' };
const issued: TokenEvent = { type: 'token.issued.v1', data };
const revoked: TokenEvent = { type: 'token.revoked.v1', data: { tokenId, reason: 'leaked' } };

describe('token', () => {
  it('is issued with everything it was asked to have', () =>
    given(tokenDecider, []).when(issue).then([issued]));

  it('is issued once', () => given(tokenDecider, [issued]).when(issue).thenThrows('conflict'));

  it('never carries a management scope its maker does not hold', () =>
    given(tokenDecider, [])
      .when({ ...issue, scopes: ['audit:read'] })
      .thenThrows('scope-not-grantable'));

  it('may carry a management scope its maker holds', () =>
    given(tokenDecider, [])
      .when({ ...issue, scopes: ['audit:read'], grantedBy: ['audit:read'] })
      .then([{ type: 'token.issued.v1', data: { ...data, scopes: ['audit:read'] } }]));

  it('may carry any scope when the system makes it', () =>
    given(tokenDecider, [])
      .when({ ...issue, scopes: ['tokens:lookup'], grantedBy: 'system' })
      .then([{ type: 'token.issued.v1', data: { ...data, scopes: ['tokens:lookup'] } }]));

  it('is revoked with a reason', () => given(tokenDecider, [issued]).when(revoke).then([revoked]));

  it('stays revoked, with the first reason, when revoked again', () =>
    given(tokenDecider, [issued, revoked])
      .when({ ...revoke, reason: 'again' })
      .then([]));

  it('cannot be revoked before it exists', () =>
    given(tokenDecider, []).when(revoke).thenThrows('not-found'));
});
