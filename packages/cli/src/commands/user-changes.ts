import { text } from 'node:stream/consumers';
import type { UpdateUserBody } from '@gatehouse/contracts';
import type { Command } from 'commander';
import { shown } from '../resources/resource.js';
import { verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import { UsageError } from '../usage-error.js';
import { durationSeconds } from './option-values.js';
import { USER, users } from './user-text.js';

/** What makes, changes and lets in people. */
export const userChanges = (surroundings: Surroundings): Command[] => [
  createCommand(surroundings),
  verbCommand<UpdateUserBody>(surroundings, {
    name: 'change',
    description: 'change what a person is called, or signs in with',
    example: USER.example,
    options: (command) =>
      command.option('--email <address>', 'what the person signs in with').option('--name <name>'),
    run: async (system, id, { email, name }) => shown(USER, await users(system).update(id, { email, name })),
  }),
  verbCommand<{ reason: string }>(surroundings, {
    name: 'enable',
    description: 'let a disabled person sign in again',
    example: USER.example,
    options: (command) => command.requiredOption('--reason <text>', 'why; kept in the history'),
    run: async (system, id, { reason }) => shown(USER, await users(system).enable(id, reason)),
  }),
  resetCommand(surroundings),
];

const PASSWORD_HELP = `
The password is read from standard input, so that it stays out of the shell's history and the process list.`;

const createCommand = (surroundings: Surroundings): Command =>
  verbCommand<{ email: string; name: string }>(surroundings, {
    name: 'create',
    description: 'create a user with the password on standard input',
    help: PASSWORD_HELP,
    options: (command) =>
      command
        .requiredOption('--email <address>', 'what the person signs in with')
        .requiredOption('--name <name>', 'what the person is called'),
    run: async (system, _, { email, name }) => {
      const password = (await text(surroundings.input)).replace(/\r?\n$/, '');
      if (password === '') throw new UsageError('there is no password on standard input');
      return shown(USER, await users(system).create({ email, name, password }));
    },
  });

const resetCommand = (surroundings: Surroundings): Command =>
  verbCommand<{ expiresIn?: number }>(surroundings, {
    name: 'reset-password',
    description: 'make a link by which a person chooses a new password; make sure of who is asking',
    example: USER.example,
    options: (command) =>
      command.option(
        '--expires-in <duration>',
        'how long the link works, 5m to 1d (default: 1h)',
        durationSeconds,
      ),
    run: async (system, id, { expiresIn }) => {
      const reset = await users(system).allowPasswordReset(id, { ttlSeconds: expiresIn });
      return { json: reset, text: `good once, until ${reset.expiresAt}`, secret: reset.url };
    },
  });
