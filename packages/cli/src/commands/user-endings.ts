import { SessionsApi } from '@gatehouse/client';
import type { Command } from 'commander';
import { shown, wouldChange } from '../resources/resource.js';
import { endingCommand, type Said } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import type { System } from '../system/system.js';
import { USER, users } from './user-text.js';

const STAYS =
  'API tokens and applications the person made are the tenant’s and stay (docs/runbooks/offboarding.md).';

/** What takes something from people, or takes them away. */
export const userEndings = (surroundings: Surroundings): Command[] => [
  endingCommand<{ reason: string }>(surroundings, {
    name: 'disable',
    description: 'end what a person is signed in to, and let the person sign in no more until enabled',
    example: USER.example,
    options: (command) => command.requiredOption('--reason <text>', 'why; kept in the history'),
    forecast: (system, id) =>
      forecast(system, id, `Access tokens would end, and signing in until enabled again.\n${STAYS}`),
    run: async (system, id, { reason }) => shown(USER, await users(system).disable(id, reason)),
  }),
  endingCommand(surroundings, {
    name: 'erase',
    description: 'erase a person: nobody can read name or address again, in no copy; the history stays',
    example: USER.example,
    forecast: (system, id) =>
      forecast(
        system,
        id,
        `Not to be undone: name and address would be unreadable for good, role and teams gone, access tokens ended.\n${STAYS}`,
      ),
    run: async (system, id) => {
      await users(system).erase(id);
      return { json: { id }, text: `${id} is erased` };
    },
  }),
  endingCommand(surroundings, {
    name: 'sign-out',
    description: 'end all sessions of a person, and what applications could refresh',
    example: USER.example,
    forecast: (system, id) => forecast(system, id, 'Applications could refresh no more.'),
    run: async (system, id) => {
      const ended = await users(system).signOut(id);
      return { json: ended, text: `${ended.sessions} sessions and ${ended.grants} other consents ended` };
    },
  }),
  endingCommand<{ factor: string }>(surroundings, {
    name: 'remove-factor',
    description: 'take a lost device from a person, who is signed out; make sure of who is asking',
    example: USER.example,
    options: (command) => command.requiredOption('--factor <id>', 'as "gatehouse users factors" lists it'),
    forecast: (system, id, { factor }) => forecast(system, id, `The factor ${factor} would be gone.`),
    run: async (system, id, { factor }) => {
      await users(system).removeFactor(id, factor);
      return { json: { userId: id, factorId: factor }, text: `${factor} is removed` };
    },
  }),
];

async function forecast(system: System, id: string, effect: string): Promise<Said> {
  const user = await users(system).get(id);
  const sessions: string[] = [];
  for await (const session of system.manage(SessionsApi).list({ user: id })) sessions.push(session.id);
  const said = wouldChange(USER, user, `${sessions.length} sessions would end. ${effect}`);
  return { ...said, json: { dryRun: true, ...user, sessions } };
}
