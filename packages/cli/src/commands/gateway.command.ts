import type { ConfigInForce } from '@gatehouse/contracts';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import type { Terminal } from '../terminal.js';
import { gatewayApplyCommand } from './gateway-apply.command.js';
import { gatewayDiffCommand } from './gateway-diff.command.js';
import { gatewayLintCommand } from './gateway-lint.command.js';
import { gatewayPurgeCommand } from './gateway-purge.command.js';

const HELP = `
One gateway is meant, that of --gateway-admin-url. Gateways that share the file follow by themselves.

Examples:
  $ gatehouse gateway lint gateway.yaml
  $ gatehouse gateway export > gateway.yaml
  $ gatehouse gateway diff gateway.yaml
  $ gatehouse gateway apply gateway.yaml
  $ gatehouse gateway purge --route catalogue`;

/** `gatehouse gateway`: the configuration of a gateway. */
export function gatewayCommand(surroundings: Surroundings): Command {
  return new Command('gateway')
    .description('the configuration of a gateway: lint, export, diff, apply; and what it keeps: purge')
    .addHelpText('after', HELP)
    .addCommand(gatewayLintCommand(surroundings))
    .addCommand(exportCommand(surroundings))
    .addCommand(gatewayDiffCommand(surroundings))
    .addCommand(gatewayApplyCommand(surroundings))
    .addCommand(gatewayPurgeCommand(surroundings));
}

function exportCommand(surroundings: Surroundings): Command {
  return new Command('export')
    .description('the gateway.yaml in force, as it was written: variables and file names, no secrets')
    .option('--json', 'one JSON document, with its version')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { terminal } = surroundings;
      const config = await (await System.find(command, surroundings)).gatewayAdmin().config();
      if (config.rejected !== null)
        terminal.note(`the file says something else, which is refused: ${config.rejected}`);
      if (!json) noteOfPublished(config, terminal);
      await terminal.print(json ? JSON.stringify(config) : config.text.replace(/\n$/, ''));
    });
}

/** What is in force beside the text. */
function noteOfPublished({ published }: ConfigInForce, terminal: Terminal): void {
  if (published.length === 0) return;
  const served = published.filter(({ reason }) => reason === null).length;
  const are = served === 1 ? 'API is' : 'APIs are';
  terminal.note(
    `${served} published ${are} served beside it, ${published.length - served} not (--json says which)`,
  );
}
