import type { Command } from 'commander';
import { historyCommand, listCommand } from '../resources/queries.js';
import { shown } from '../resources/resource.js';
import { verbCommand } from '../resources/verb-command.js';
import type { Surroundings } from '../surroundings.js';
import { TOKEN } from './token-text.js';

/** `gatehouse tokens list|get|events`. */
export const tokenQueries = (surroundings: Surroundings): Command[] => [
  listCommand(surroundings, TOKEN, {
    description: 'the tokens there are',
    list: (system) => system.issuer().list(),
  }).addHelpText('after', '\nExamples:\n  $ gatehouse tokens list --limit 20'),
  verbCommand(surroundings, {
    name: 'get',
    description: 'one token',
    example: TOKEN.example,
    run: async (system, id) => shown(TOKEN, await system.issuer().get(id)),
  }),
  historyCommand(surroundings, TOKEN, (system, id) => system.issuer().events(id)),
];
