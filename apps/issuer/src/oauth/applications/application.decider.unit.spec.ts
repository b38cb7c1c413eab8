import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import { applicationDecider } from './application.decider.js';
import type { ApplicationEvent } from './application.events.js';

const applicationId = `app_${'0'.repeat(32)}`;
const secret = { id: 'sec_1', hash: 'h', pepperVersion: 1, last4: 'abcd' };
const terms = {
  name: 'Batch',
  authentication: 'client_secret' as const,
  grantTypes: ['client_credentials' as const],
  redirectUris: [],
  postLogoutRedirectUris: [],
  resources: ['https://api.example'],
  scopes: ['demo:read'],
  signingAlgorithm: 'ES256' as const,
  requiresDpop: false,
};
const registered: ApplicationEvent = {
  type: 'application.registered.v1',
  data: { applicationId, ...terms, secret },
};
const disabled: ApplicationEvent = {
  type: 'application.disabled.v1',
  data: { applicationId, reason: 'over' },
};
const register = { kind: 'register', applicationId, terms, secret, grantedBy: [] } as const;
const now = new Date('2026-11-22T10:00:00.000Z');
const rotate = { kind: 'rotate-secret', applicationId, secret, now, overlapSeconds: 60 } as const;

describe('an application', () => {
  it('is registered once', () => {
    given(applicationDecider, []).when(register).then([registered]);
    given(applicationDecider, [registered]).when(register).thenThrows('conflict');
  });

  it('is no way to a management scope its maker does not hold', () => {
    const greedy = { ...register, terms: { ...terms, scopes: ['tokens:write'] } };
    given(applicationDecider, []).when(greedy).thenThrows('scope-not-grantable');
    const change = {
      kind: 'update',
      applicationId,
      changes: { scopes: ['keys:write'] },
      grantedBy: [],
    } as const;
    given(applicationDecider, [registered])
      .when({ ...change, changes: { scopes: ['keys:write'] } })
      .thenThrows('scope-not-grantable');
  });

  it('changes only what differs', () => {
    const change = { kind: 'update', applicationId, grantedBy: [] } as const;
    given(applicationDecider, [registered])
      .when({ ...change, changes: { name: 'Batch' } })
      .then([]);
    given(applicationDecider, [registered])
      .when({ ...change, changes: { name: 'Batch', scopes: [] } })
      .then([{ type: 'application.updated.v1', data: { applicationId, changes: { scopes: [] } } }]);
  });

  it('gets a new secret beside the old one, unless it is disabled or has none', () => {
    const previousRetireAt = '2026-11-22T10:01:00.000Z';
    given(applicationDecider, [registered])
      .when(rotate)
      .then([{ type: 'application.secret-rotated.v1', data: { applicationId, secret, previousRetireAt } }]);
    given(applicationDecider, [registered, disabled]).when(rotate).thenThrows('application-not-enabled');
    const open = {
      ...registered,
      data: { ...registered.data, authentication: 'public' },
    } as ApplicationEvent;
    given(applicationDecider, [open]).when(rotate).thenThrows('application-not-enabled');
  });

  it('is disabled and enabled again, and stays so when told twice', () => {
    const disable = { kind: 'disable', applicationId, reason: 'over' } as const;
    const enable = { kind: 'enable', applicationId, reason: 'back' } as const;
    given(applicationDecider, [registered]).when(disable).then([disabled]);
    given(applicationDecider, [registered, disabled]).when(disable).then([]);
    given(applicationDecider, [registered]).when(enable).then([]);
    given(applicationDecider, []).when(disable).thenThrows('not-found');
  });
});
