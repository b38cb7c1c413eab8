import { ApplicationsApi } from '@gatehouse/client';
import type { ApplicationView } from '@gatehouse/contracts';
import { Command } from 'commander';
import { listCommand, showCommand } from '../resources/queries.js';
import { type Resource, shown } from '../resources/resource.js';
import { verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';

const APPLICATION: Resource<ApplicationView> = {
  noun: 'application',
  example: 'app_0190…',
  columns: ['id', 'name', 'status', 'acts as', 'plan', 'scopes'],
  facts: ({ id, name, status, teamId, serviceAccountId, plan, ...more }) => ({
    id,
    name,
    status,
    team: teamId ?? undefined,
    'acts as': serviceAccountId ?? undefined,
    plan: plan ?? undefined,
    grants: more.grantTypes.join(' '),
    resources: more.resources.join(' '),
    scopes: more.scopes.join(' '),
    created: `${more.createdAt} by ${more.createdBy}`,
  }),
};

const HELP = `
An application that acts as a service account has tokens of that account: with its roles, for what both may do, until it is
suspended or deleted. What is changed here is in the next token.

Examples:
  $ gatehouse applications list
  $ gatehouse applications change app_0190… --service-account sac_0190… --plan gold
  $ gatehouse applications change app_0190… --no-service-account`;

const applications = (system: System): ApplicationsApi => system.manage(ApplicationsApi);

/** `gatehouse applications`: OAuth clients, and as whom they act. */
export function applicationsCommand(surroundings: Surroundings): Command {
  return new Command('applications')
    .description('OAuth clients: list, show; as whom they act, and on which plan')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand(surroundings, APPLICATION, {
        description: 'the applications there are',
        list: (system) => applications(system).list(),
      }),
    )
    .addCommand(showCommand(surroundings, APPLICATION, (system, id) => applications(system).get(id)))
    .addCommand(changeCommand(surroundings));
}

interface ChangeOptions {
  name?: string;
  /** `false`: none any more. */
  serviceAccount?: string | false;
  plan?: string | false;
}

const changeCommand = (surroundings: Surroundings): Command =>
  verbCommand<ChangeOptions>(surroundings, {
    name: 'change',
    description: 'change as whom an application acts, its plan, or what it is called',
    example: APPLICATION.example,
    options: (command) =>
      command
        .option('--name <name>', 'what it is called')
        .option('--service-account <id>', 'the service account it acts as, sac_…')
        .option('--no-service-account', 'it acts as itself')
        .option('--plan <plan>', 'the plan its tokens are on')
        .option('--no-plan', 'they are on none'),
    run: async (system, id, { name, serviceAccount, plan }) => {
      const changes = { name, serviceAccountId: orNull(serviceAccount), plan: orNull(plan) };
      return shown(APPLICATION, await applications(system).update(id, changes));
    },
  });

const orNull = (given: string | false | undefined) => (given === false ? null : given);
