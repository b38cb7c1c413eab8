import type { RevocationReceipt } from '@gatehouse/contracts';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';

interface StatusOptions {
  reason: string;
  wait?: boolean;
  json?: boolean;
}

interface StatusChange {
  name: 'revoke' | 'suspend' | 'resume';
  description: string;
  /** What the gateways do with the token afterwards. */
  effect: string;
  examples: string;
}

const CHANGES: readonly StatusChange[] = [
  {
    name: 'revoke',
    description: 'revoke a token, for good',
    effect: 'refuses it',
    examples: `
Examples:
  $ gatehouse tokens revoke tok_0190… --reason "left the team"
  $ gatehouse tokens revoke tok_0190… --reason leaked --wait   # until every gateway refuses it`,
  },
  {
    name: 'suspend',
    description: 'refuse a token until it is resumed',
    effect: 'refuses it',
    examples: `
Example:
  $ gatehouse tokens suspend tok_0190… --reason "unusual use" --wait`,
  },
  {
    name: 'resume',
    description: 'let a suspended token work again',
    effect: 'accepts it',
    examples: `
Example:
  $ gatehouse tokens resume tok_0190… --reason "owner confirmed"`,
  },
];

/** `gatehouse tokens revoke|suspend|resume`: fail when `--wait` was asked for and a gateway did not confirm in time. */
export const statusCommands = (surroundings: Surroundings): Command[] =>
  CHANGES.map((change) => statusCommand(change, surroundings));

function statusCommand(
  { name, description, effect, examples }: StatusChange,
  surroundings: Surroundings,
): Command {
  return new Command(name)
    .description(description)
    .argument('<id>', 'e.g. tok_0190…')
    .requiredOption('--reason <text>', 'why; kept in the history')
    .option('--wait', 'until every live gateway has confirmed, and show its receipt')
    .option('--json', 'one JSON document')
    .addHelpText('after', examples)
    .action(async (id: string, options: StatusOptions, command: Command) => {
      const { terminal } = surroundings;
      const issuer = (await System.find(command, surroundings)).issuer();
      const token = await issuer[name](id, options.reason, { waitForGateways: options.wait });
      if (options.json) await terminal.print(JSON.stringify(token));
      else await terminal.print(`${token.id} is ${token.status}${receiptText(token.receipt, effect)}`);
      if (token.receipt?.complete === false) surroundings.exitCode = ExitCode.failure;
    });
}

function receiptText(receipt: RevocationReceipt | undefined, effect: string): string {
  if (!receipt) return '';
  const rows = receipt.gateways.map(({ id, appliedInMs }) => [id, appliedInMs ?? 'not confirmed']);
  const verdict = receipt.complete
    ? `every live gateway ${effect}`
    : 'not every gateway has confirmed in time';
  return `\n${plainTable(['gateway', 'applied after ms'], rows)}\n${verdict}`;
}
