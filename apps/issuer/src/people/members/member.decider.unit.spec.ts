import { expandRoles, type Role } from '@gatehouse/contracts';
import { given } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { memberDecider, MOST_MEMBERS } from './member.decider.js';
import type { MemberEvent } from './member.events.js';

const [ADA, BOB] = [`usr_${'a'.repeat(32)}`, `usr_${'b'.repeat(32)}`];
const by = (role: Role) => expandRoles([`role:${role}`]);
const added = (userId: string, role: Role): MemberEvent => ({
  type: 'member.added.v1',
  data: { userId, role },
});
const removed = (userId: string, previousRole: Role): MemberEvent => ({
  type: 'member.removed.v1',
  data: { userId, previousRole, reason: 'left' },
});
const add = (role: Role, grantedBy: readonly string[] | 'system' = by('owner')) =>
  ({ kind: 'add', userId: ADA, role, grantedBy }) as const;
const change = (role: Role, grantedBy: readonly string[] = by('owner')) =>
  ({ kind: 'change', userId: ADA, role, grantedBy }) as const;
const remove = (grantedBy: readonly string[] | 'system' = by('owner')) =>
  ({ kind: 'remove', userId: ADA, reason: 'left', grantedBy }) as const;

describe('members', () => {
  it('get, change and lose a role, each once', () => {
    given(memberDecider, [])
      .when(add('developer'))
      .then([added(ADA, 'developer')]);
    given(memberDecider, [added(ADA, 'developer')])
      .when(add('developer'))
      .then([]);
    given(memberDecider, [added(ADA, 'developer')])
      .when(change('auditor'))
      .then([
        {
          type: 'member.role-changed.v1',
          data: { userId: ADA, role: 'auditor', previousRole: 'developer' },
        },
      ]);
    given(memberDecider, [added(ADA, 'developer')])
      .when(change('developer'))
      .then([]);
    given(memberDecider, [added(ADA, 'developer')])
      .when(remove())
      .then([removed(ADA, 'developer')]);
    given(memberDecider, [added(ADA, 'developer'), removed(ADA, 'developer')])
      .when(remove())
      .then([]);
  });

  it('that have another role already are changed, not added', () => {
    given(memberDecider, [added(ADA, 'developer')])
      .when(add('admin'))
      .thenThrows('conflict');
  });

  it('that never were, or are no more, have no role to change', () => {
    given(memberDecider, []).when(remove()).thenThrows('not-found');
    given(memberDecider, [added(ADA, 'auditor'), removed(ADA, 'auditor')])
      .when(change('admin'))
      .thenThrows('not-found');
  });

  it('may come back', () => {
    given(memberDecider, [added(ADA, 'auditor'), removed(ADA, 'auditor')])
      .when(add('analyst'))
      .then([added(ADA, 'analyst')]);
  });

  it('always have an owner among them, once there was one', () => {
    const lastOwner = 'member-last-owner';
    const one = [added(ADA, 'owner'), added(BOB, 'admin')];
    given(memberDecider, one).when(remove()).thenThrows(lastOwner);
    given(memberDecider, one).when(remove('system')).thenThrows(lastOwner);
    given(memberDecider, one).when(change('admin')).thenThrows(lastOwner);
    given(memberDecider, [added(ADA, 'owner'), added(BOB, 'owner')])
      .when(remove())
      .then([removed(ADA, 'owner')]);
  });

  it('neither give nor take a role that stands for more than they hold', () => {
    const refused = 'scope-not-grantable';
    given(memberDecider, [])
      .when(add('owner', by('admin')))
      .thenThrows(refused);
    given(memberDecider, [added(ADA, 'developer')])
      .when(change('owner', by('admin')))
      .thenThrows(refused);
    const owners = [added(ADA, 'owner'), added(BOB, 'owner')];
    given(memberDecider, owners)
      .when(change('analyst', by('admin')))
      .thenThrows(refused);
    given(memberDecider, owners)
      .when(remove(by('admin')))
      .thenThrows(refused);
    given(memberDecider, [])
      .when(add('admin', by('admin')))
      .then([added(ADA, 'admin')]);
  });

  it('are so many at most', () => {
    const many = Array.from({ length: MOST_MEMBERS }, (_, i) =>
      added(`usr_${String(i).padStart(32, '0')}`, 'analyst'),
    );
    given(memberDecider, many).when(add('analyst')).thenThrows('conflict');
    const former = many.map(({ data }) => removed(data.userId, 'analyst'));
    expect(
      memberDecider.decide(
        add('analyst'),
        [...many, ...former].reduce(memberDecider.evolve, memberDecider.initial),
      ),
    ).toEqual([added(ADA, 'analyst')]);
  });
});
