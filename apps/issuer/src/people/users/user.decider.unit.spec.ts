import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import { userDecider } from './user.decider.js';
import type { UserEvent } from './user.events.js';

const userId = `usr_${'0'.repeat(32)}`;
const create = { kind: 'create', userId, personal: 'sealed' } as const;
const disable = { kind: 'disable', userId, reason: 'left' } as const;
const erase = { kind: 'erase', userId } as const;
const created: UserEvent = { type: 'user.created.v1', data: { userId, personal: 'sealed' } };
const disabled: UserEvent = { type: 'user.disabled.v1', data: { userId, reason: 'left' } };
const enabled: UserEvent = { type: 'user.enabled.v1', data: { userId, reason: 'back' } };
const erased: UserEvent = { type: 'user.erased.v1', data: { userId } };

const change = { kind: 'change-password', userId, means: 'password' } as const;
const changed: UserEvent = { type: 'user.password-changed.v1', data: { userId, means: 'password' } };

describe('a person', () => {
  it('changes her password as often as she likes, until she is erased', () => {
    given(userDecider, [created, changed]).when(change).then([changed]);
    given(userDecider, [created, erased]).when(change).thenThrows('not-found');
  });

  it('is created once', () => {
    given(userDecider, []).when(create).then([created]);
    given(userDecider, [created]).when(create).thenThrows('conflict');
  });

  it('changes while active or disabled', () => {
    const update = { kind: 'update', userId, personal: 'new' } as const;
    const updated: UserEvent = { type: 'user.updated.v1', data: { userId, personal: 'new' } };
    given(userDecider, [created]).when(update).then([updated]);
    given(userDecider, [created, disabled]).when(update).then([updated]);
    given(userDecider, []).when(update).thenThrows('not-found');
  });

  it('stays disabled when disabled again, and enabled when enabled again', () => {
    const enable = { kind: 'enable', userId, reason: 'back' } as const;
    given(userDecider, [created]).when(disable).then([disabled]);
    given(userDecider, [created, disabled]).when(disable).then([]);
    given(userDecider, [created, disabled]).when(enable).then([enabled]);
    given(userDecider, [created, disabled, enabled]).when(enable).then([]);
  });

  it('is erased once and for all, and not there afterwards', () => {
    given(userDecider, [created]).when(erase).then([erased]);
    given(userDecider, [created, disabled]).when(erase).then([erased]);
    given(userDecider, [created, erased]).when(erase).then([]);
    given(userDecider, [created, erased]).when(disable).thenThrows('not-found');
    given(userDecider, [created, erased]).when(create).thenThrows('conflict');
    given(userDecider, []).when(erase).thenThrows('not-found');
  });
});
