import { MembersApi } from '@gatehouse/client';
import { type MemberView, roleNames } from '@gatehouse/contracts';
import { Command, Option } from 'commander';
import { listCommand, showCommand } from '../resources/queries.js';
import { type Resource, shown, wouldChange } from '../resources/resource.js';
import { endingCommand, verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';

const MEMBER: Resource<MemberView> = {
  noun: 'member',
  example: 'usr_0190…',
  columns: ['user', 'role', 'since', 'given by'],
  facts: ({ userId, role, since, givenBy }) => ({ user: userId, role, since, 'given by': givenBy }),
};

const HELP = `
A role says what a person may do in the management APIs. Somebody who is not there yet comes in by "gatehouse invitations".

Examples:
  $ gatehouse members list
  $ gatehouse members add usr_0190… --role developer
  $ gatehouse members change usr_0190… --role admin
  $ gatehouse members remove usr_0190… --reason "left the company" --yes`;

interface RoleOptions {
  role: MemberView['role'];
}

const members = (system: System): MembersApi => system.manage(MembersApi);
const roleOption = () =>
  new Option('--role <role>', 'what the person may do').choices(roleNames).makeOptionMandatory();

/** `gatehouse members`: who has which role. */
export function membersCommand(surroundings: Surroundings): Command {
  return new Command('members')
    .description('people with a role in the tenant: list, show, add, change, remove')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand(surroundings, MEMBER, {
        description: 'who has which role',
        list: (system) => members(system).list(),
      }),
    )
    .addCommand(showCommand(surroundings, MEMBER, (system, id) => members(system).get(id)))
    .addCommand(
      verbCommand<RoleOptions>(surroundings, {
        name: 'add',
        description: 'give a user of the tenant a role',
        example: MEMBER.example,
        options: (command) => command.addOption(roleOption()),
        run: async (system, userId, { role }) => shown(MEMBER, await members(system).add({ userId, role })),
      }),
    )
    .addCommand(
      verbCommand<RoleOptions>(surroundings, {
        name: 'change',
        description: 'give a member another role; access tokens that say the old one end',
        example: MEMBER.example,
        options: (command) => command.addOption(roleOption()),
        run: async (system, userId, { role }) => shown(MEMBER, await members(system).change(userId, role)),
      }),
    )
    .addCommand(removeCommand(surroundings));
}

const removeCommand = (surroundings: Surroundings): Command =>
  endingCommand<{ reason?: string }>(surroundings, {
    name: 'remove',
    description: 'take a person’s role',
    example: MEMBER.example,
    options: (command) => command.option('--reason <text>', 'why; kept in the history'),
    forecast: async (system, id) =>
      wouldChange(
        MEMBER,
        await members(system).get(id),
        'The role would be taken and access tokens would end. The person stays a user; API tokens and applications stay.',
      ),
    run: async (system, id, { reason }) => {
      await members(system).remove(id, reason);
      return { json: { userId: id }, text: `${id} has no role any more` };
    },
  });
