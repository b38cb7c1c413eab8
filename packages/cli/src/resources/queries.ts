import type { HistoryEvent } from '@gatehouse/contracts';
import { Command } from 'commander';
import { positiveInteger } from '../commands/option-values.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { type ListOptions, printList } from './listing.js';
import { type Resource, shown, tableOf } from './resource.js';
import { verbCommand } from './verb-command.js';

interface Listing<View, Options> {
  /** Default: `list`. */
  readonly name?: string;
  readonly description: string;
  /** What the id of the thing looks like whose list it is; absent: it is of all. */
  readonly example?: string;
  readonly options?: (command: Command) => Command;
  readonly list: (system: System, options: Options, id: string) => AsyncIterable<View>;
}

/** `… list`. */
export function listCommand<View, Options = unknown>(
  surroundings: Surroundings,
  resource: Pick<Resource<View>, 'columns' | 'facts'>,
  { name = 'list', description, example, options: more, list }: Listing<View, Options>,
): Command {
  const act = async (id: string, options: Options & ListOptions, self: Command) => {
    const items = list(await System.find(self, surroundings), options, id);
    await printList(surroundings, items, options, (views) => tableOf(resource, views));
  };
  const command = new Command(name).description(description);
  if (example !== undefined) command.argument('<id>', `e.g. ${example}`);
  (more?.(command) ?? command)
    .option('--limit <n>', 'at most so many', positiveInteger, 500)
    .option('--json', 'one JSON document a line');
  return example === undefined
    ? command.action((options: Options & ListOptions, self: Command) => act('', options, self))
    : command.action(act);
}

/** `… show`. */
export const showCommand = <View>(
  surroundings: Surroundings,
  resource: Resource<View>,
  get: (system: System, id: string) => Promise<View>,
): Command =>
  verbCommand(surroundings, {
    name: 'show',
    description: `one ${resource.noun}`,
    example: resource.example,
    run: async (system, id) => shown(resource, await get(system, id)),
  });

/** `… events`. */
export const historyCommand = (
  surroundings: Surroundings,
  { noun, example }: Pick<Resource<never>, 'noun' | 'example'>,
  history: (system: System, id: string) => AsyncIterable<HistoryEvent>,
): Command =>
  new Command('events')
    .description(`the history of one ${noun}, oldest first`)
    .argument('<id>', `e.g. ${example}`)
    .option('--json', 'one JSON document a line')
    .action(async (id: string, { json }: { json?: boolean }, command: Command) => {
      const events = history(await System.find(command, surroundings), id);
      await printList(surroundings, events, { limit: Infinity, ...(json && { json }) }, historyTable);
    });

const historyTable = (history: readonly HistoryEvent[]): string =>
  plainTable(
    ['at', 'event', 'by', 'position'],
    history.map((event) => [event.time, event.type, event.actor, event.position]),
  );
