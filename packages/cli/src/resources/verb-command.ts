import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';

/** What a command answers: to programs, and to people. */
export interface Said {
  readonly json: unknown;
  readonly text: string;
  /** Shown to people last and once; in the JSON it is a field like others. */
  readonly secret?: string;
}

/** One thing a command does. */
export interface Verb<Options> {
  readonly name: string;
  readonly description: string;
  /** What the id of the thing it is about looks like; absent: it is about none that is there yet. */
  readonly example?: string;
  readonly help?: string;
  readonly options?: (command: Command) => Command;
  readonly run: (system: System, id: string, options: Options) => Promise<Said>;
}

/** A verb that takes something away. */
export interface Ending<Options> extends Verb<Options> {
  readonly example: string;
  /** What would go; changes nothing. */
  readonly forecast: (system: System, id: string, options: Options) => Promise<Said>;
}

interface CommonOptions {
  json?: boolean;
  yes?: boolean;
  dryRun?: boolean;
}

/** A command that does at once what it is called. */
export function verbCommand<Options>(surroundings: Surroundings, verb: Verb<Options>): Command {
  return commandOf(verb, async (id, options: Options & CommonOptions, command) => {
    const said = await verb.run(await System.find(command, surroundings), id, options);
    await print(said, options, surroundings);
  });
}

/** A command that only says what would go, until it is given `--yes`. */
export function endingCommand<Options>(surroundings: Surroundings, ending: Ending<Options>): Command {
  return commandOf(ending, async (id, options: Options & CommonOptions, command) => {
    const system = await System.find(command, surroundings);
    if (options.yes && !options.dryRun)
      return print(await ending.run(system, id, options), options, surroundings);
    await print(await ending.forecast(system, id, options), options, surroundings);
    surroundings.terminal.note(`nothing was changed (--yes: ${ending.name})`);
  })
    .option('--yes', 'do it; without it the command only says what would go')
    .option('--dry-run', 'only say what would go, also with --yes');
}

function commandOf<Options>(
  { name, description, example, help, options }: Verb<Options>,
  act: (id: string, options: Options & CommonOptions, command: Command) => Promise<void>,
): Command {
  const command = new Command(name).description(description);
  if (example !== undefined) command.argument('<id>', `e.g. ${example}`);
  (options?.(command) ?? command).option('--json', 'one JSON document');
  if (help !== undefined) command.addHelpText('after', help);
  return example === undefined
    ? command.action((given: Options & CommonOptions, self: Command) => act('', given, self))
    : command.action(act);
}

async function print(
  { json, text, secret }: Said,
  options: CommonOptions,
  { terminal }: Surroundings,
): Promise<void> {
  if (options.json) return terminal.print(JSON.stringify(json));
  await terminal.print(text);
  if (secret === undefined) return;
  await terminal.print(`\n${terminal.colours.bold(secret)}`);
  terminal.note('Keep it now: it is not shown again.');
}
