import type { TokenView } from '@gatehouse/contracts';
import type { Command } from 'commander';
import { listCommand } from '../resources/queries.js';
import type { Surroundings } from '../surroundings.js';
import { positiveInteger } from './option-values.js';

const EXAMPLES = `
A token that was never used counts from its issue. Nothing is changed.

Examples:
  $ gatehouse tokens unused                   # not used for 90 days
  $ gatehouse tokens unused --days 30 --json  # one JSON document a line`;

const UNUSED = {
  columns: ['id', 'name', 'last used', 'from', 'issued', 'scopes'],
  facts: ({ id, name, lastUsed, createdAt, scopes }: TokenView) => ({
    id,
    name,
    'last used': lastUsed?.at ?? 'never',
    from: lastUsed?.ip,
    issued: createdAt,
    scopes: scopes.join(' '),
  }),
};

/** `gatehouse tokens unused`. */
export const unusedCommand = (surroundings: Surroundings): Command =>
  listCommand<TokenView, { days: number }>(surroundings, UNUSED, {
    name: 'unused',
    description: 'tokens that could be used and were not for some days',
    options: (command) => command.option('--days <n>', 'for so many days', positiveInteger, 90),
    list: (system, { days }) => system.issuer().list({ unusedForDays: days }),
  }).addHelpText('after', EXAMPLES);
