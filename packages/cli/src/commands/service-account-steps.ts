import type { AccountStep } from '@gatehouse/client';
import type { ChangedServiceAccount, ServiceAccountEffect } from '@gatehouse/contracts';
import type { Command } from 'commander';
import { shown } from '../resources/resource.js';
import { endingCommand, type Said, verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import { effectText, untilComplete } from './account-effect.js';
import { repeated } from './option-values.js';
import { ACCOUNT, accounts } from './service-account-text.js';

interface ChangeOptions {
  name?: string;
  description?: string;
  owner?: string;
  scope?: string[];
}

const withReason = (command: Command) =>
  command.requiredOption('--reason <text>', 'why; kept in the history');

/** What changes a service account, with its tokens. */
export const accountSteps = (surroundings: Surroundings): Command[] => [
  changeCommand(surroundings),
  endingCommand<AccountStep>(surroundings, {
    name: 'suspend',
    description: 'let none of its tokens work, until it is resumed',
    example: ACCOUNT.example,
    options: withReason,
    forecast: async (system, id, { reason }) =>
      changed(await accounts(system).suspend(id, { reason, dryRun: true })),
    run: async (system, id, { reason }) => inFull(() => accounts(system).suspend(id, { reason })),
  }),
  verbCommand<AccountStep>(surroundings, {
    name: 'resume',
    description: 'let it work again, with the tokens that were suspended with it',
    example: ACCOUNT.example,
    options: withReason,
    run: async (system, id, { reason }) => inFull(() => accounts(system).resume(id, { reason })),
  }),
  endingCommand<AccountStep>(surroundings, {
    name: 'delete',
    description: 'delete a service account, and revoke its tokens and what was issued with them',
    example: ACCOUNT.example,
    options: withReason,
    forecast: async (system, id, { reason }) => {
      const account = shown(ACCOUNT, await accounts(system).get(id));
      const effect = await accounts(system).delete(id, { reason, dryRun: true });
      return { json: effect, text: `${account.text}\n${tokensLine(effect)}` };
    },
    run: async (system, id, { reason }) => {
      const step = () => accounts(system).delete(id, { reason });
      const { effect } = await untilComplete(step, (answer) => answer);
      return { json: effect, text: `${id} is deleted\n${tokensLine(effect)}` };
    },
  }),
];

const changeCommand = (surroundings: Surroundings): Command =>
  endingCommand<ChangeOptions>(surroundings, {
    name: 'change',
    description: 'change a service account; its tokens lose what it may no longer hold',
    example: ACCOUNT.example,
    options: (command) =>
      command
        .option('--name <name>', 'what it is called')
        .option('--description <text>', 'what it is for, and where it runs')
        .option('--owner <id>', 'who answers for it, usr_… or team_…')
        .option('--scope <scope>', 'what its tokens may hold at most; may be repeated', repeated),
    forecast: async (system, id, { scope: scopes, ...options }) =>
      changed(await accounts(system).update(id, { ...termsOf(options), scopes, dryRun: true })),
    run: async (system, id, { scope: scopes, ...options }) =>
      changed(await accounts(system).update(id, { ...termsOf(options), scopes })),
  });

const termsOf = ({ name, description, owner }: ChangeOptions) => ({ name, description, owner });

async function inFull(step: () => Promise<ChangedServiceAccount>): Promise<Said> {
  const { answer, effect } = await untilComplete(step, ({ tokens }) => tokens);
  return changed({ ...answer, tokens: effect });
}

const changed = (answer: ChangedServiceAccount): Said => ({
  json: answer,
  text: `${shown(ACCOUNT, answer).text}\n${tokensLine(answer.tokens)}`,
});

const tokensLine = (effect: ServiceAccountEffect): string =>
  `${(effect.dryRun ? 'tokens then' : 'tokens').padEnd(13)} ${effectText(effect)}`;
