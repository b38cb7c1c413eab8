import type { CheckedConfig } from '@gatehouse/contracts';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { readTextFile } from '../read-text-file.js';
import { changesText, mistakesText, publishedText } from '../gateway/config-text.js';
import { System } from '../system/system.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

const HELP = `
Routes are told apart by their ids, and compared as they are written: comments, order of fields and spelling do not count.
Exits as diff does: 0 when nothing differs, 1 when something does, 2 when it cannot be told.`;

/** `gatehouse gateway diff`: what a file would change. */
export function gatewayDiffCommand(surroundings: Surroundings): Command {
  return new Command('diff')
    .description('what a gateway.yaml would change of what is in force')
    .argument('<file>')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async (file: string, { json }: { json?: boolean }, command: Command) => {
      const { terminal } = surroundings;
      const text = await readTextFile(file);
      const system = await System.find(command, surroundings);
      const checked = await system.gatewayAdmin().checkConfig(text).catch(cannotTell);
      surroundings.exitCode = exitCodeOf(checked);
      await printChecked(file, checked, { terminal, json });
    });
}

/** 1 would say that something differs. */
function cannotTell(error: unknown): never {
  throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
}

const exitCodeOf = ({ mistakes, changes }: CheckedConfig): ExitCode => {
  if (mistakes.length > 0) return ExitCode.usage;
  return changes.length > 0 ? ExitCode.failure : ExitCode.success;
};

/** Mistakes, or changes, or that there are none. */
export async function printChecked(
  file: string,
  checked: CheckedConfig,
  { terminal, json }: { terminal: Terminal; json: boolean | undefined },
): Promise<void> {
  const { mistakes, changes, published } = checked;
  if (json) return terminal.print(JSON.stringify(checked));
  if (mistakes.length > 0) return terminal.print(mistakesText(file, mistakes));
  const differences = [changes.length > 0 && changesText(changes, terminal), ...published.map(publishedText)];
  const said = differences.filter((text) => text !== false);
  if (said.length > 0) return terminal.print(said.join('\n'));
  terminal.note(`nothing differs at ${checked.gateway}`);
}
