import type { FactorView } from '@gatehouse/contracts';
import { Command } from 'commander';
import { historyCommand, listCommand, showCommand } from '../resources/queries.js';
import type { Surroundings } from '../surroundings.js';
import { userChanges } from './user-changes.js';
import { userEndings } from './user-endings.js';
import { USER, users } from './user-text.js';

const FACTOR = {
  columns: ['id', 'kind', 'name', 'remaining', 'enrolled', 'last used'],
  facts: ({ id, kind, name, remaining, enrolledAt, lastUsedAt }: FactorView) => ({
    id,
    kind,
    name: name ?? undefined,
    remaining: remaining ?? undefined,
    enrolled: enrolledAt,
    'last used': lastUsedAt ?? 'never',
  }),
};

const HELP = `
Somebody who is to choose the password herself is invited: "gatehouse invitations create". What she may do is her role:
"gatehouse members". API tokens she made are the tenant's and stay when she goes: docs/runbooks/offboarding.md.

Examples:
  $ gatehouse users list
  $ gatehouse users create --email ada@example.com --name 'Ada Byron' < password.txt
  $ gatehouse users disable usr_0190… --reason "on leave"    # says what would end; --yes does it
  $ gatehouse users erase usr_0190… --yes                    # not to be undone`;

/** `gatehouse users`: people who can sign in. */
export function usersCommand(surroundings: Surroundings): Command {
  const command = new Command('users')
    .description('people who can sign in: list, show, create, change, disable, erase; their ways in')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand(surroundings, USER, {
        description: 'everybody of the tenant',
        list: (system) => users(system).list(),
      }),
    )
    .addCommand(showCommand(surroundings, USER, (system, id) => users(system).get(id)))
    .addCommand(historyCommand(surroundings, USER, (system, id) => users(system).events(id)))
    .addCommand(
      listCommand(surroundings, FACTOR, {
        name: 'factors',
        description: 'what a person has enrolled beside a password',
        example: USER.example,
        list: async function* (system, _, id) {
          yield* await users(system).factors(id);
        },
      }),
    );
  for (const further of [...userChanges(surroundings), ...userEndings(surroundings)])
    command.addCommand(further);
  return command;
}
