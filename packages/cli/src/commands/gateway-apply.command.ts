import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { readTextFile } from '../read-text-file.js';
import { changesText } from '../gateway/config-text.js';
import { System } from '../system/system.js';
import { printChecked } from './gateway-diff.command.js';

const HELP = `
The gateway checks it, puts it in force for the next request, keeps it in the place of its own file, and records who did it.
It refuses when another configuration came into force since the one that was compared with: --base names that one
("gatehouse gateway export --json" says it), by default the one in force when the command began.

Examples:
  $ gatehouse gateway apply gateway.yaml --dry-run
  $ gatehouse gateway apply gateway.yaml`;

/** `gatehouse gateway apply`: puts a file in force. */
export function gatewayApplyCommand(surroundings: Surroundings): Command {
  return new Command('apply')
    .description('put a gateway.yaml in force')
    .argument('<file>')
    .option('--dry-run', 'only say what would change')
    .option('--base <version>', 'refuse when anything else is in force')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(
      async (
        file: string,
        { dryRun, base, json }: { dryRun?: boolean; base?: string; json?: boolean },
        command: Command,
      ) => {
        const { terminal } = surroundings;
        const text = await readTextFile(file);
        const gateway = (await System.find(command, surroundings)).gatewayAdmin();
        const checked = await gateway.checkConfig(text);
        if (checked.mistakes.length > 0) surroundings.exitCode = ExitCode.failure;
        if (dryRun || checked.mistakes.length > 0) return printChecked(file, checked, { terminal, json });
        const applied = await gateway.applyConfig({ text, baseVersion: base ?? checked.version });
        if (json) return terminal.print(JSON.stringify(applied));
        if (applied.changes.length > 0) await terminal.print(changesText(applied.changes, terminal));
        terminal.note(`in force at ${applied.gateway}: ${applied.version}`);
      },
    );
}
