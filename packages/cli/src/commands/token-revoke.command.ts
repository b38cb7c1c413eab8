import type { RevocationReceipt } from '@gatehouse/contracts';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../gatehouse.command.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';

interface RevokeOptions {
  reason: string;
  wait?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ gatehouse tokens revoke tok_0190… --reason "left the team"
  $ gatehouse tokens revoke tok_0190… --reason leaked --wait   # until every gateway refuses it`;

/** `gatehouse tokens revoke`: fails when `--wait` was asked for and a gateway did not confirm in time. */
export function revokeCommand(surroundings: Surroundings): Command {
  return new Command('revoke')
    .description('revoke a token, for good')
    .argument('<id>', 'e.g. tok_0190…')
    .requiredOption('--reason <text>', 'why; kept in the history')
    .option('--wait', 'until every live gateway has confirmed, and show its receipt')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, options: RevokeOptions, command: Command) => {
      const { terminal } = surroundings;
      const issuer = (await System.find(command, surroundings)).issuer();
      const token = await issuer.revoke(id, options.reason, { waitForGateways: options.wait });
      if (options.json) await terminal.print(JSON.stringify(token));
      else
        await terminal.print(`${token.id} is revoked since ${token.revokedAt}${receiptText(token.receipt)}`);
      if (token.receipt?.complete === false) surroundings.exitCode = ExitCode.failure;
    });
}

function receiptText(receipt: RevocationReceipt | undefined): string {
  if (!receipt) return '';
  const rows = receipt.gateways.map(({ id, appliedInMs }) => [id, appliedInMs ?? 'not confirmed']);
  const verdict = receipt.complete
    ? 'every live gateway refuses it'
    : 'not every gateway has confirmed in time';
  return `\n${plainTable(['gateway', 'applied after ms'], rows)}\n${verdict}`;
}
