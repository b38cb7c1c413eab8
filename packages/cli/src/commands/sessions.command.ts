import { SessionsApi } from '@gatehouse/client';
import type { SessionView } from '@gatehouse/contracts';
import { Command } from 'commander';
import { listCommand } from '../resources/queries.js';
import { endingCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';

const SESSION = {
  columns: ['id', 'user', 'browser', 'from', 'last seen', 'signed in with', 'applications'],
  facts: ({ id, userId, agent, address, lastSeenAt, amr, applications }: SessionView) => ({
    id,
    user: userId,
    browser: agent,
    from: address,
    'last seen': lastSeenAt,
    'signed in with': amr.join(' '),
    applications: applications.map(({ name }) => name).join(', '),
  }),
};

const HELP = `
All of one person's end with "gatehouse users sign-out".

Examples:
  $ gatehouse sessions list --user usr_0190…
  $ gatehouse sessions end ses_0190… --yes`;

const sessions = (system: System): SessionsApi => system.manage(SessionsApi);

/** `gatehouse sessions`: browsers that people are signed in with. */
export function sessionsCommand(surroundings: Surroundings): Command {
  return new Command('sessions')
    .description('browsers that people are signed in with: list them, end one')
    .addHelpText('after', HELP)
    .addCommand(
      listCommand<SessionView, { user?: string }>(surroundings, SESSION, {
        description: 'those that live, the oldest first',
        options: (command) => command.option('--user <id>', 'only hers or his, usr_…'),
        list: (system, { user }) => sessions(system).list({ user }),
      }),
    )
    .addCommand(
      endingCommand(surroundings, {
        name: 'end',
        description: 'end a session with everything granted in it, and tell its applications',
        example: 'ses_0190…',
        forecast: (_, id) =>
          Promise.resolve({
            json: { dryRun: true, id },
            text: `${id} would end with everything granted in it.`,
          }),
        run: async (system, id) => {
          await sessions(system).end(id);
          return { json: { id }, text: `${id} has ended` };
        },
      }),
    );
}
