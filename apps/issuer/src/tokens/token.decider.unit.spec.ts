import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import type { IssueToken, RevokeToken, RotateToken } from './token.commands.js';
import { tokenDecider } from './token.decider.js';
import type { TokenEvent } from './token.events.js';

const tokenId = `tok_${'a'.repeat(32)}`;
const now = new Date('2026-11-22T10:00:00.000Z');
const data = {
  tokenId,
  name: 'CI',
  scopes: ['demo:read'],
  expiresAt: '2027-01-01T00:00:00.000Z',
  ipAllow: ['10.0.0.0/8'],
  metadata: { team: 'core' },
  secret: { id: 'sec_1', hash: 'h1', pepperVersion: 1, last4: 'abcd' },
};
const second = { id: 'sec_2', hash: 'h2', pepperVersion: 1, last4: 'efgh' };
const third = { id: 'sec_3', hash: 'h3', pepperVersion: 1, last4: 'ijkl' };

const issue: IssueToken = { kind: 'issue', ...data, grantedBy: ['tokens:write'] };
const revoke: RevokeToken = { kind: 'revoke', tokenId, reason: 'leaked' };
const rotate: RotateToken = { kind: 'rotate', tokenId, now, secret: second, overlapSeconds: 3600 };
const suspend = { kind: 'suspend', tokenId, now, reason: 'odd' } as const;
const resume = { kind: 'resume', tokenId, now, reason: 'fine' } as const;
const update = { kind: 'update', tokenId, now, grantedBy: [] } as const;

const issued: TokenEvent = { type: 'token.issued.v1', data };
const revoked: TokenEvent = { type: 'token.revoked.v1', data: { tokenId, reason: 'leaked' } };
const suspended: TokenEvent = { type: 'token.suspended.v1', data: { tokenId, reason: 'odd' } };
const resumed: TokenEvent = { type: 'token.resumed.v1', data: { tokenId, reason: 'fine' } };
const added = (secret: typeof second, previousRetireAt: string): TokenEvent => ({
  type: 'token.secret-added.v1',
  data: { tokenId, secret, previousRetireAt },
});
const retired = (secretId: string): TokenEvent => ({
  type: 'token.secret-retired.v1',
  data: { tokenId, secretId },
});

describe('issuing', () => {
  it('keeps everything that was asked for', () => given(tokenDecider, []).when(issue).then([issued]));

  it('keeps where it is denied', () =>
    given(tokenDecider, [])
      .when({ ...issue, ipDeny: ['10.9.0.0/16'] })
      .then([{ type: 'token.issued.v1', data: { ...data, ipDeny: ['10.9.0.0/16'] } }]));

  it('happens once', () => given(tokenDecider, [issued]).when(issue).thenThrows('conflict'));

  it('never grants a management scope the maker does not hold', () =>
    given(tokenDecider, [])
      .when({ ...issue, scopes: ['audit:read'] })
      .thenThrows('scope-not-grantable'));

  it('grants a management scope the maker holds', () =>
    given(tokenDecider, [])
      .when({ ...issue, scopes: ['audit:read'], grantedBy: ['audit:read'] })
      .then([{ type: 'token.issued.v1', data: { ...data, scopes: ['audit:read'] } }]));

  it('grants the system any scope', () =>
    given(tokenDecider, [])
      .when({ ...issue, scopes: ['tokens:lookup'], grantedBy: 'system' })
      .then([{ type: 'token.issued.v1', data: { ...data, scopes: ['tokens:lookup'] } }]));
});

describe('revoking', () => {
  it('keeps the reason', () => given(tokenDecider, [issued]).when(revoke).then([revoked]));

  it('ends a suspended token too', () =>
    given(tokenDecider, [issued, suspended]).when(revoke).then([revoked]));

  it('is for ever, with the first reason', () =>
    given(tokenDecider, [issued, revoked])
      .when({ ...revoke, reason: 'again' })
      .then([]));

  it('needs a token', () => given(tokenDecider, []).when(revoke).thenThrows('not-found'));
});

describe('suspending', () => {
  it('keeps the reason', () => given(tokenDecider, [issued]).when(suspend).then([suspended]));

  it('is said once', () => given(tokenDecider, [issued, suspended]).when(suspend).then([]));

  it('with its service account ends when that is resumed, and with no other', () => {
    const withAccount = `sac_${'a'.repeat(32)}`;
    const suspendedWith: TokenEvent = {
      type: 'token.suspended.v1',
      data: { tokenId, reason: 'odd', serviceAccountId: withAccount },
    };
    const all = { ...suspend, withAccount };
    const back = { ...resume, withAccount };
    given(tokenDecider, [issued]).when(all).then([suspendedWith]);
    given(tokenDecider, [issued, suspendedWith]).when(all).then([]);
    given(tokenDecider, [issued, suspendedWith]).when(back).then([resumed]);
    given(tokenDecider, [issued, suspendedWith])
      .when({ ...back, withAccount: 'sac_other' })
      .then([]);
    given(tokenDecider, [issued, suspended]).when(all).then([]);
    given(tokenDecider, [issued, suspended]).when(back).then([]);
    given(tokenDecider, [issued, suspendedWith]).when(suspend).then([suspended]);
    given(tokenDecider, [issued, suspendedWith, suspended]).when(back).then([]);
    given(tokenDecider, [issued, suspendedWith, suspended]).when(resume).then([resumed]);
  });

  it('ends by resuming', () => given(tokenDecider, [issued, suspended]).when(resume).then([resumed]));

  it('can be repeated after resuming', () =>
    given(tokenDecider, [issued, suspended, resumed]).when(suspend).then([suspended]));

  it('is not what an active token is resumed from', () =>
    given(tokenDecider, [issued]).when(resume).then([]));

  it.each([suspend, resume, rotate, { ...update, name: 'x' }])(
    'is too late, as is $kind, for a revoked token',
    (command) => given(tokenDecider, [issued, revoked]).when(command).thenThrows('token-not-active'),
  );

  it.each([suspend, resume, rotate, { ...update, name: 'x' }])(
    'is too late, as is $kind, for an expired token',
    (command) =>
      given(tokenDecider, [issued])
        .when({ ...command, now: new Date(data.expiresAt) })
        .thenThrows('token-not-active'),
  );
});

describe('updating', () => {
  it('says only what changed', () =>
    given(tokenDecider, [issued])
      .when({ ...update, name: 'CI main', scopes: ['demo:read'], ipAllow: [] })
      .then([{ type: 'token.updated.v1', data: { tokenId, changes: { name: 'CI main', ipAllow: [] } } }]));

  it('says where it is denied from now on, and nothing where that was so before', () => {
    const deny = { ...update, ipDeny: ['10.9.0.0/16'] };
    const denied: TokenEvent = {
      type: 'token.updated.v1',
      data: { tokenId, changes: { ipDeny: ['10.9.0.0/16'] } },
    };
    given(tokenDecider, [issued]).when(deny).then([denied]);
    given(tokenDecider, [issued, denied]).when(deny).then([]);
    given(tokenDecider, [issued])
      .when({ ...update, ipDeny: [] })
      .then([]);
  });

  it('says nothing when nothing changed', () =>
    given(tokenDecider, [issued])
      .when({ ...update, name: 'CI', metadata: { team: 'core' } })
      .then([]));

  it('cannot add a management scope the caller does not hold', () =>
    given(tokenDecider, [issued])
      .when({ ...update, scopes: ['demo:read', 'audit:read'] })
      .thenThrows('scope-not-grantable'));

  it('may keep a management scope somebody else granted', () => {
    const scopes = ['audit:read'];
    return given(tokenDecider, [{ ...issued, data: { ...data, scopes } }])
      .when({ ...update, name: 'x', scopes })
      .then([{ type: 'token.updated.v1', data: { tokenId, changes: { name: 'x' } } }]);
  });
});

describe('rotating', () => {
  it('adds a secret and says when the old one ends', () =>
    given(tokenDecider, [issued])
      .when(rotate)
      .then([added(second, '2026-11-22T11:00:00.000Z')]));

  it('retires the old secret at once without overlap', () =>
    given(tokenDecider, [issued])
      .when({ ...rotate, overlapSeconds: 0 })
      .then([added(second, '2026-11-22T10:00:00.000Z'), retired('sec_1')]));

  it('retires what is due, and nothing else', () => {
    const history = [
      issued,
      added(second, '2026-11-22T09:00:00.000Z'),
      added(third, '2026-11-22T11:00:00.000Z'),
    ];
    given(tokenDecider, history)
      .when({ kind: 'retire-secrets', tokenId, now })
      .then([retired('sec_1')]);
    given(tokenDecider, [...history, retired('sec_1')])
      .when({ kind: 'retire-secrets', tokenId, now })
      .then([]);
  });

  it('never prolongs an overlap that has begun', () =>
    given(tokenDecider, [
      issued,
      added(second, '2026-11-22T10:00:00.000Z'),
      added(third, '2026-11-23T10:00:00.000Z'),
    ])
      .when({ kind: 'retire-secrets', tokenId, now })
      .then([retired('sec_1')]));

  it('stops at five secrets, unless the old ones end at once', () => {
    const four = ['2', '3', '4', '5'].map((n) =>
      added({ ...second, id: `sec_${n}` }, '2026-11-23T10:00:00.000Z'),
    );
    given(tokenDecider, [issued, ...four])
      .when(rotate)
      .thenThrows('token-not-active');
    given(tokenDecider, [issued, ...four.slice(1)])
      .when({ ...rotate, overlapSeconds: 0 })
      .then([added(second, now.toISOString()), ...['1', '3', '4', '5'].map((n) => retired(`sec_${n}`))]);
  });
});
