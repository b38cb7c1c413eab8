import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import { MOST_TEAM_MEMBERS, teamDecider } from './team.decider.js';
import type { TeamEvent } from './team.events.js';

const teamId = `team_${'a'.repeat(32)}`;
const userId = `usr_${'b'.repeat(32)}`;
const terms = { name: 'Payments', description: '' };
const created: TeamEvent = { type: 'team.created.v1', data: { teamId, ...terms } };
const deleted: TeamEvent = { type: 'team.deleted.v1', data: { teamId } };
const joined = (who = userId): TeamEvent => ({ type: 'team.member-added.v1', data: { teamId, userId: who } });
const left = (who = userId): TeamEvent => ({
  type: 'team.member-removed.v1',
  data: { teamId, userId: who, reason: 'moved on' },
});
const add = { kind: 'add-member', teamId, userId } as const;
const remove = { kind: 'remove-member', teamId, userId, reason: 'moved on' } as const;

describe('a team', () => {
  it('is created, renamed and deleted, each once', () => {
    const create = { kind: 'create', teamId, terms } as const;
    given(teamDecider, []).when(create).then([created]);
    given(teamDecider, [created]).when(create).then([]);
    given(teamDecider, [created])
      .when({ kind: 'update', teamId, changes: { name: 'Billing', description: '' } })
      .then([{ type: 'team.updated.v1', data: { teamId, changes: { name: 'Billing' } } }]);
    given(teamDecider, [created])
      .when({ kind: 'update', teamId, changes: { name: 'Payments' } })
      .then([]);
    given(teamDecider, [created]).when({ kind: 'delete', teamId }).then([deleted]);
    given(teamDecider, [created, deleted]).when({ kind: 'delete', teamId }).then([]);
  });

  it('that is not there, or no more, has nobody in it', () => {
    for (const past of [[], [created, joined(), deleted]])
      for (const command of [add, remove, { kind: 'update', teamId, changes: {} } as const])
        given(teamDecider, past).when(command).thenThrows('not-found');
    given(teamDecider, []).when({ kind: 'delete', teamId }).thenThrows('not-found');
  });

  it('takes people in and lets them go, each once, and again', () => {
    given(teamDecider, [created]).when(add).then([joined()]);
    given(teamDecider, [created, joined()]).when(add).then([]);
    given(teamDecider, [created, joined()]).when(remove).then([left()]);
    given(teamDecider, [created, joined(), left()]).when(remove).then([]);
    given(teamDecider, [created, joined(), left()]).when(add).then([joined()]);
    given(teamDecider, [created]).when(remove).thenThrows('not-found');
  });

  it('has so many members at most', () => {
    const others = Array.from({ length: MOST_TEAM_MEMBERS }, (_, i) => `usr_${String(i).padStart(32, '0')}`);
    const full = [created, ...others.map((who) => joined(who))];
    given(teamDecider, full).when(add).thenThrows('conflict');
    given(teamDecider, [...full, left(others[0])])
      .when(add)
      .then([joined()]);
  });
});
