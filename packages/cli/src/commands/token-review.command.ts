import type { TokenView } from '@gatehouse/contracts';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { positiveInteger } from './option-values.js';

interface UnusedOptions {
  days: number;
  limit: number;
  json?: boolean;
}

const EXAMPLES = `
A token that was never used counts from its issue. Nothing is changed.

Examples:
  $ gatehouse tokens unused                   # not used for 90 days
  $ gatehouse tokens unused --days 30 --json  # one JSON document a line`;

/** `gatehouse tokens unused`. */
export function unusedCommand(surroundings: Surroundings): Command {
  return new Command('unused')
    .description('tokens that could be used and were not for some days')
    .option('--days <n>', 'for so many days', positiveInteger, 90)
    .option('--limit <n>', 'at most so many', positiveInteger, 500)
    .option('--json', 'one JSON document a line')
    .addHelpText('after', EXAMPLES)
    .action(async ({ days, limit, json }: UnusedOptions, command: Command) => {
      const { terminal } = surroundings;
      const issuer = (await System.find(command, surroundings)).issuer();
      const tokens: TokenView[] = [];
      for await (const token of issuer.list({ unusedForDays: days })) {
        if (tokens.length === limit) {
          terminal.note(`only the first ${limit} are shown; there are more (--limit)`);
          break;
        }
        tokens.push(token);
      }
      await terminal.print(json ? tokens.map((t) => JSON.stringify(t)).join('\n') : unusedTable(tokens));
    });
}

const unusedTable = (tokens: readonly TokenView[]): string =>
  plainTable(
    ['id', 'name', 'last used', 'from', 'issued', 'scopes'],
    tokens.map(({ id, name, lastUsed, createdAt, scopes }) => [
      id,
      name,
      lastUsed?.at ?? 'never',
      lastUsed?.ip ?? '',
      createdAt,
      scopes.join(' '),
    ]),
  );
