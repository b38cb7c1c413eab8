import { Command } from 'commander';
import type { ServiceAccountView } from '@gatehouse/contracts';
import { historyCommand, listCommand, showCommand } from '../resources/queries.js';
import { shown } from '../resources/resource.js';
import { verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import { repeated } from './option-values.js';
import { accountSteps } from './service-account-steps.js';
import { ACCOUNT, accounts } from './service-account-text.js';

const HELP = `
A service account has an owner who answers for it, and scopes that bound its tokens. Tokens are issued for it
with "gatehouse tokens issue --service-account"; "gatehouse applications change --service-account" lets an application act as it.
What happens to it happens to them, and to what was issued with them.

Examples:
  $ gatehouse service-accounts create --name nightly --owner usr_0190… --scope demo:read
  $ gatehouse service-accounts list --owner team_0190…
  $ gatehouse service-accounts suspend sac_0190… --reason "odd use"        # says what would end; --yes does it
  $ gatehouse service-accounts delete sac_0190… --reason "replaced" --yes`;

/** `gatehouse service-accounts`: programs for which tokens are issued. */
export function serviceAccountsCommand(surroundings: Surroundings): Command {
  const command = new Command('service-accounts')
    .description('programs that tokens are issued for: list, show, create, change, suspend, resume, delete')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand<ServiceAccountView, { owner?: string }>(surroundings, ACCOUNT, {
        description: 'the service accounts there are',
        options: (options) => options.option('--owner <id>', 'only those of this user or team'),
        list: (system, { owner }) => accounts(system).list({ owner }),
      }),
    )
    .addCommand(showCommand(surroundings, ACCOUNT, (system, id) => accounts(system).get(id)))
    .addCommand(historyCommand(surroundings, ACCOUNT, (system, id) => accounts(system).events(id)))
    .addCommand(createCommand(surroundings));
  for (const step of accountSteps(surroundings)) command.addCommand(step);
  return command;
}

interface CreateOptions {
  name: string;
  owner: string;
  scope: string[];
  description?: string;
}

const createCommand = (surroundings: Surroundings): Command =>
  verbCommand<CreateOptions>(surroundings, {
    name: 'create',
    description: 'create a service account',
    options: (command) =>
      command
        .requiredOption('--name <name>', 'what it is called')
        .requiredOption('--owner <id>', 'who answers for it, usr_… or team_…')
        .requiredOption('--scope <scope>', 'what its tokens may hold at most; may be repeated', repeated)
        .option('--description <text>', 'what it is for, and where it runs'),
    run: async (system, _, { scope, name, owner, description }) =>
      shown(ACCOUNT, await accounts(system).create({ name, owner, description, scopes: scope })),
  });
