import { TeamsApi } from '@gatehouse/client';
import type { CreateTeamBody, TeamMemberView, TeamView, UpdateTeamBody } from '@gatehouse/contracts';
import { Command } from 'commander';
import { listCommand, showCommand } from '../resources/queries.js';
import { type Resource, shown, wouldChange } from '../resources/resource.js';
import { endingCommand, verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';

const TEAM: Resource<TeamView> = {
  noun: 'team',
  example: 'team_0190…',
  columns: ['id', 'name', 'description'],
  facts: ({ id, name, description, createdAt, createdBy }) => ({
    id,
    name,
    description,
    created: `${createdAt} by ${createdBy}`,
  }),
};

const MEMBER = {
  columns: ['user', 'since', 'added by'],
  facts: ({ userId, since, addedBy }: TeamMemberView) => ({ user: userId, since, 'added by': addedBy }),
};

const HELP = `
A team's applications and service accounts, and their tokens, are there for its members alone, and for roles that see every team.

Examples:
  $ gatehouse teams create --name payments
  $ gatehouse teams add-member team_0190… --user usr_0190…
  $ gatehouse teams members team_0190…
  $ gatehouse teams delete team_0190…          # says what would go; --yes deletes it`;

const teams = (system: System): TeamsApi => system.manage(TeamsApi);

/** `gatehouse teams`: people who share applications and service accounts. */
export function teamsCommand(surroundings: Surroundings): Command {
  return new Command('teams')
    .description('teams: list, show, create, change, delete; who is in them')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand(surroundings, TEAM, {
        description: 'the teams you are in, or may see',
        list: (system) => teams(system).list(),
      }),
    )
    .addCommand(showCommand(surroundings, TEAM, (system, id) => teams(system).get(id)))
    .addCommand(createCommand(surroundings))
    .addCommand(changeCommand(surroundings))
    .addCommand(deleteCommand(surroundings))
    .addCommand(
      listCommand(surroundings, MEMBER, {
        name: 'members',
        description: 'who is in a team',
        example: TEAM.example,
        list: (system, _, id) => teams(system).members(id),
      }),
    )
    .addCommand(addMemberCommand(surroundings))
    .addCommand(removeMemberCommand(surroundings));
}

const createCommand = (surroundings: Surroundings): Command =>
  verbCommand<CreateTeamBody>(surroundings, {
    name: 'create',
    description: 'create a team',
    options: (command) =>
      command
        .requiredOption('--name <name>', 'what it is called')
        .option('--description <text>', 'what it does'),
    run: async (system, _, { name, description }) =>
      shown(TEAM, await teams(system).create({ name, description })),
  });

const changeCommand = (surroundings: Surroundings): Command =>
  verbCommand<UpdateTeamBody>(surroundings, {
    name: 'change',
    description: 'change what a team is called',
    example: TEAM.example,
    options: (command) =>
      command.option('--name <name>', 'what it is called').option('--description <text>', 'what it does'),
    run: async (system, id, { name, description }) =>
      shown(TEAM, await teams(system).update(id, { name, description })),
  });

const deleteCommand = (surroundings: Surroundings): Command =>
  endingCommand(surroundings, {
    name: 'delete',
    description: 'delete a team that has no application and no service account',
    example: TEAM.example,
    forecast: async (system, id) => wouldChange(TEAM, await teams(system).get(id), 'It would be deleted.'),
    run: async (system, id) => {
      await teams(system).delete(id);
      return { json: { id }, text: `${id} is deleted` };
    },
  });

interface MemberOptions {
  user: string;
  reason?: string;
}

const addMemberCommand = (surroundings: Surroundings): Command =>
  verbCommand<MemberOptions>(surroundings, {
    name: 'add-member',
    description: 'put a person of the tenant into a team',
    example: TEAM.example,
    options: (command) => command.requiredOption('--user <id>', 'usr_…'),
    run: async (system, id, { user }) => {
      await teams(system).addMember(id, user);
      return { json: { teamId: id, userId: user }, text: `${user} is in ${id}` };
    },
  });

const removeMemberCommand = (surroundings: Surroundings): Command =>
  endingCommand<MemberOptions>(surroundings, {
    name: 'remove-member',
    description: 'take a person out of a team: what is the team’s is no longer there for her',
    example: TEAM.example,
    options: (command) =>
      command.requiredOption('--user <id>', 'usr_…').option('--reason <text>', 'why; kept in the history'),
    forecast: async (system, id, { user }) =>
      wouldChange(TEAM, await teams(system).get(id), `${user} would be taken out of it.`),
    run: async (system, id, { user, reason }) => {
      await teams(system).removeMember(id, user, reason);
      return { json: { teamId: id, userId: user }, text: `${user} is no longer in ${id}` };
    },
  });
