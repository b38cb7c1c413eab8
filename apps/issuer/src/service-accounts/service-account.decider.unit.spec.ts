import { expandRoles } from '@gatehouse/contracts';
import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import { serviceAccountDecider } from './service-account.decider.js';
import type { ServiceAccountEvent } from './service-account.events.js';

const serviceAccountId = `sac_${'a'.repeat(32)}`;
const terms = { name: 'CI', description: '', owner: `usr_${'b'.repeat(32)}`, scopes: ['demo:read'] };
const created: ServiceAccountEvent = {
  type: 'service-account.created.v1',
  data: { serviceAccountId, ...terms },
};
const because = { serviceAccountId, reason: 'review' };
const suspended: ServiceAccountEvent = { type: 'service-account.suspended.v1', data: because };
const resumed: ServiceAccountEvent = { type: 'service-account.resumed.v1', data: because };
const deleted: ServiceAccountEvent = { type: 'service-account.deleted.v1', data: because };
const developer = expandRoles(['role:developer']);
const update = (changes: Partial<typeof terms>) =>
  ({ kind: 'update', serviceAccountId, changes, grantedBy: developer }) as const;
const just = (kind: 'suspend' | 'resume' | 'delete') => ({ kind, ...because });

describe('a service account', () => {
  it('is created once, with no more than its maker could give a token', () => {
    const create = { kind: 'create', serviceAccountId, terms, grantedBy: developer } as const;
    given(serviceAccountDecider, []).when(create).then([created]);
    given(serviceAccountDecider, [created]).when(create).then([]);
    given(serviceAccountDecider, [])
      .when({ ...create, terms: { ...terms, scopes: ['role:admin'] } })
      .thenThrows('scope-not-grantable');
  });

  it('changes by what is different, and gets nothing the changer does not hold', () => {
    const renamed: ServiceAccountEvent = {
      type: 'service-account.updated.v1',
      data: { serviceAccountId, changes: { name: 'Build' } },
    };
    given(serviceAccountDecider, [created])
      .when(update({ name: 'Build', scopes: ['demo:read'] }))
      .then([renamed]);
    given(serviceAccountDecider, [created, renamed])
      .when(update({ name: 'Build' }))
      .then([]);
    given(serviceAccountDecider, [created])
      .when(update({ scopes: ['demo:read', 'users:write'] }))
      .thenThrows('scope-not-grantable');
  });

  it('is suspended and resumed, each once', () => {
    given(serviceAccountDecider, [created]).when(just('resume')).then([]);
    given(serviceAccountDecider, [created]).when(just('suspend')).then([suspended]);
    given(serviceAccountDecider, [created, suspended]).when(just('suspend')).then([]);
    given(serviceAccountDecider, [created, suspended]).when(just('resume')).then([resumed]);
    given(serviceAccountDecider, [created, suspended, resumed]).when(just('suspend')).then([suspended]);
  });

  it('is there no more once it is deleted, however often', () => {
    given(serviceAccountDecider, [created, suspended]).when(just('delete')).then([deleted]);
    given(serviceAccountDecider, [created, deleted]).when(just('delete')).then([]);
    given(serviceAccountDecider, [created, deleted]).when(just('resume')).thenThrows('not-found');
    given(serviceAccountDecider, [created, deleted])
      .when(update({ name: 'again' }))
      .thenThrows('not-found');
    given(serviceAccountDecider, []).when(just('delete')).thenThrows('not-found');
  });
});
