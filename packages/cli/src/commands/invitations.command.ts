import { InvitationsApi } from '@gatehouse/client';
import { type InvitationView, roleNames } from '@gatehouse/contracts';
import { Command, Option } from 'commander';
import { listCommand, showCommand } from '../resources/queries.js';
import { type Resource, shown, wouldChange } from '../resources/resource.js';
import { endingCommand, verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';
import { durationSeconds } from './option-values.js';

const INVITATION: Resource<InvitationView> = {
  noun: 'invitation',
  example: 'inv_0190…',
  columns: ['id', 'email', 'role', 'status', 'expires'],
  facts: ({ id, email, name, role, status, expiresAt, createdAt, createdBy }) => ({
    id,
    email,
    name,
    role,
    status,
    expires: expiresAt,
    created: `${createdAt} by ${createdBy}`,
  }),
};

const HELP = `
An invitation is a link by which somebody chooses a password and gets a role. It is shown once, when it is made.

Examples:
  $ gatehouse invitations create --email ada@example.com --name 'Ada Byron' --role developer
  $ gatehouse invitations list
  $ gatehouse invitations revoke inv_0190… --yes`;

interface InviteOptions {
  email: string;
  name: string;
  role: InvitationView['role'];
  expiresIn?: number;
}

const invitations = (system: System): InvitationsApi => system.manage(InvitationsApi);

/** `gatehouse invitations`: letting people into the tenant. */
export function invitationsCommand(surroundings: Surroundings): Command {
  return new Command('invitations')
    .description('links by which people come into the tenant: list, show, create, revoke')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand(surroundings, INVITATION, {
        description: 'those that nobody has accepted or revoked',
        list: (system) => invitations(system).list(),
      }),
    )
    .addCommand(showCommand(surroundings, INVITATION, (system, id) => invitations(system).get(id)))
    .addCommand(createCommand(surroundings))
    .addCommand(revokeCommand(surroundings));
}

const createCommand = (surroundings: Surroundings): Command =>
  verbCommand<InviteOptions>(surroundings, {
    name: 'create',
    description: 'invite somebody; give the link to nobody else',
    options: (command) =>
      command
        .requiredOption('--email <address>', 'what the person will sign in with')
        .requiredOption('--name <name>', 'what the person is called')
        .addOption(
          new Option('--role <role>', 'what the person will be').choices(roleNames).makeOptionMandatory(),
        )
        .option(
          '--expires-in <duration>',
          'how long the link works, at most 30d (default: 7d)',
          durationSeconds,
        ),
    run: async (system, _, { email, name, role, expiresIn }) => {
      const issued = await invitations(system).create({ email, name, role, ttlSeconds: expiresIn });
      return { ...shown(INVITATION, issued), json: issued, secret: issued.url };
    },
  });

const revokeCommand = (surroundings: Surroundings): Command =>
  endingCommand<{ reason?: string }>(surroundings, {
    name: 'revoke',
    description: 'end a link that was not used; whom it was for is forgotten',
    example: INVITATION.example,
    options: (command) => command.option('--reason <text>', 'why; kept in the history'),
    forecast: async (system, id) =>
      wouldChange(INVITATION, await invitations(system).get(id), 'Its link would work no more.'),
    run: async (system, id, { reason }) => {
      await invitations(system).revoke(id, reason);
      return { json: { id }, text: `${id} is revoked` };
    },
  });
