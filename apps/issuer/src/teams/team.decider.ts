import {
  TeamCreated,
  TeamDeleted,
  TeamMemberAdded,
  TeamMemberRemoved,
  TeamUpdated,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { teamMemberNotFound, teamNotFound, teamTooLarge } from './team.errors.js';
import type { TeamEvent } from './team.events.js';

/** A change of a team replays everybody who was ever in it. */
export const MOST_TEAM_MEMBERS = 200;

/** What may be said of a team, and changed. */
export interface TeamTerms {
  name: string;
  description: string;
}

export type TeamCommand = { teamId: string } & (
  | { kind: 'create'; terms: TeamTerms }
  | { kind: 'update'; changes: { name?: string | undefined; description?: string | undefined } }
  /** Whoever commands it has made sure that nothing is the team's any more. */
  | { kind: 'delete' }
  | { kind: 'add-member'; userId: string }
  | { kind: 'remove-member'; userId: string; reason: string }
);

/** Where a team is in its life, and who is or was in it. */
export type Team =
  | { readonly status: 'absent' | 'deleted' }
  | {
      readonly status: 'active';
      readonly terms: TeamTerms;
      readonly members: ReadonlyMap<string, 'present' | 'former'>;
    };

type Active = Extract<Team, { status: 'active' }>;

/** The rules of a team's life. */
export const teamDecider: Decider<TeamCommand, TeamEvent, Team> = {
  initial: { status: 'absent' },
  decide(command, team) {
    const { teamId } = command;
    switch (command.kind) {
      case 'create':
        return team.status === 'absent'
          ? [{ type: TeamCreated.type, data: { teamId, ...command.terms } }]
          : [];
      case 'update':
        return update(command, active(teamId, team));
      case 'delete':
        if (team.status === 'absent') throw teamNotFound(teamId);
        return team.status === 'deleted' ? [] : [{ type: TeamDeleted.type, data: { teamId } }];
      case 'add-member':
        return add(command, active(teamId, team));
      case 'remove-member':
        return remove(command, active(teamId, team));
    }
  },
  evolve(team, event) {
    if (event.type === 'team.created.v1') {
      const { name, description } = event.data;
      return { status: 'active', terms: { name, description }, members: new Map() };
    }
    if (team.status !== 'active') return team;
    switch (event.type) {
      case 'team.updated.v1':
        return { ...team, terms: { ...team.terms, ...event.data.changes } };
      case 'team.deleted.v1':
        return { status: 'deleted' };
      case 'team.member-added.v1':
        return { ...team, members: new Map(team.members).set(event.data.userId, 'present') };
      case 'team.member-removed.v1':
        return { ...team, members: new Map(team.members).set(event.data.userId, 'former') };
    }
  },
};

function update(
  { teamId, changes: { name, description } }: Extract<TeamCommand, { kind: 'update' }>,
  { terms }: Active,
): TeamEvent[] {
  const changes = {
    ...(name !== undefined && name !== terms.name && { name }),
    ...(description !== undefined && description !== terms.description && { description }),
  };
  return Object.keys(changes).length === 0 ? [] : [{ type: TeamUpdated.type, data: { teamId, changes } }];
}

function add(
  { teamId, userId }: Extract<TeamCommand, { kind: 'add-member' }>,
  { members }: Active,
): TeamEvent[] {
  if (members.get(userId) === 'present') return [];
  if ([...members.values()].filter((known) => known === 'present').length >= MOST_TEAM_MEMBERS)
    throw teamTooLarge(MOST_TEAM_MEMBERS);
  return [{ type: TeamMemberAdded.type, data: { teamId, userId } }];
}

function remove(
  { teamId, userId, reason }: Extract<TeamCommand, { kind: 'remove-member' }>,
  { members }: Active,
): TeamEvent[] {
  const known = members.get(userId);
  if (known === undefined) throw teamMemberNotFound(userId);
  return known === 'former' ? [] : [{ type: TeamMemberRemoved.type, data: { teamId, userId, reason } }];
}

function active(teamId: string, team: Team): Active {
  if (team.status !== 'active') throw teamNotFound(teamId);
  return team;
}
