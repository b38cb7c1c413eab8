import type { HistoryEvent, TokenView } from '@gatehouse/contracts';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { positiveInteger } from './option-values.js';
import { describeToken, tokenTable } from './token-text.js';

interface QueryOptions {
  json?: boolean;
}

/** `gatehouse tokens list`. */
export function tokenListCommand(surroundings: Surroundings): Command {
  return new Command('list')
    .description('the tokens there are')
    .option('--limit <n>', 'at most so many', positiveInteger, 500)
    .option('--json', 'one JSON document a line')
    .addHelpText('after', '\nExamples:\n  $ gatehouse tokens list --limit 20')
    .action(async ({ limit, json }: QueryOptions & { limit: number }, command: Command) => {
      const { terminal } = surroundings;
      const issuer = (await System.find(command, surroundings)).issuer();
      const tokens: TokenView[] = [];
      for await (const token of issuer.list()) {
        if (tokens.length === limit) {
          terminal.note(`only the first ${limit} are shown; there are more (--limit)`);
          break;
        }
        tokens.push(token);
      }
      await terminal.print(json ? tokens.map((t) => JSON.stringify(t)).join('\n') : tokenTable(tokens));
    });
}

/** `gatehouse tokens get`. */
export function tokenGetCommand(surroundings: Surroundings): Command {
  return new Command('get')
    .description('one token')
    .argument('<id>', 'e.g. tok_0190…')
    .option('--json', 'one JSON document')
    .action(async (id: string, { json }: QueryOptions, command: Command) => {
      const token = await (await System.find(command, surroundings)).issuer().get(id);
      await surroundings.terminal.print(json ? JSON.stringify(token) : describeToken(token));
    });
}

/** `gatehouse tokens events`. */
export function tokenEventsCommand(surroundings: Surroundings): Command {
  return new Command('events')
    .description('the history of one token, oldest first')
    .argument('<id>', 'e.g. tok_0190…')
    .option('--json', 'one JSON document a line')
    .action(async (id: string, { json }: QueryOptions, command: Command) => {
      const history: HistoryEvent[] = [];
      for await (const event of (await System.find(command, surroundings)).issuer().events(id))
        history.push(event);
      await surroundings.terminal.print(
        json ? history.map((event) => JSON.stringify(event)).join('\n') : historyTable(history),
      );
    });
}

function historyTable(history: readonly HistoryEvent[]): string {
  return plainTable(
    ['at', 'event', 'by', 'position'],
    history.map((event) => [event.time, event.type, event.actor, event.position]),
  );
}
