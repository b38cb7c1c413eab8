import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { wholeNumber } from './option-values.js';
import { describeToken } from './token-text.js';

interface RotateOptions {
  overlap?: number;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ gatehouse tokens rotate tok_0190…                # both secrets work for a day
  $ gatehouse tokens rotate tok_0190… --overlap 0    # the old one ends at once`;

/** `gatehouse tokens rotate`. */
export function rotateCommand(surroundings: Surroundings): Command {
  return new Command('rotate')
    .description('give a token a new secret; id, history and usage stay')
    .argument('<id>', 'e.g. tok_0190…')
    .option('--overlap <seconds>', 'how long the old secret keeps working (default: a day)', wholeNumber)
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, { overlap, json }: RotateOptions, command: Command) => {
      const { terminal } = surroundings;
      const issuer = (await System.find(command, surroundings)).issuer();
      const { token, ...view } = await issuer.rotate(id, { overlapSeconds: overlap });
      if (json) return terminal.print(JSON.stringify({ ...view, token }));
      await terminal.print(describeToken(view));
      await terminal.print(`\n${terminal.colours.bold(token)}`);
      terminal.note('Keep it now: it is not shown again.');
    });
}
