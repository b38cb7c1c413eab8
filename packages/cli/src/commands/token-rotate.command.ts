import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';
import { positiveInteger, wholeNumber } from './option-values.js';
import { type DueOptions, rotateDue } from './rotate-due.js';
import { describeToken } from './token-text.js';

interface RotateOptions extends Omit<DueOptions, 'days'> {
  due?: number | true;
  json?: boolean;
}

const HELP = `
With --due, tokens whose rotation policy wants a new secret by now, or within so many days. That only lists them, until --yes
is given. Each new secret is shown once, as soon as it is made; with --out it is written to a new file that only you can read.

Examples:
  $ gatehouse tokens rotate tok_0190…                # both secrets work for a day, or as its policy says
  $ gatehouse tokens rotate tok_0190… --overlap 0    # the old one ends at once
  $ gatehouse tokens rotate --due 7                  # which need a new secret within a week
  $ gatehouse tokens rotate --due 7 --yes --out new-secrets.jsonl`;

/** `gatehouse tokens rotate`. */
export function rotateCommand(surroundings: Surroundings): Command {
  return new Command('rotate')
    .description('give a token, or all that need one, a new secret; id, history and usage stay')
    .argument('[id]', 'e.g. tok_0190…')
    .option(
      '--overlap <seconds>',
      'how long the old secret keeps working (default: its policy’s, or a day)',
      wholeNumber,
    )
    .option('--due [days]', 'those that need a new secret by now, or within so many days', wholeNumber)
    .option('--dry-run', 'with --due: only list them, also with --yes')
    .option('--yes', 'with --due: rotate them')
    .option('--out <file>', 'with --due: write the new secrets to a new file, one JSON document a line')
    .option('--limit <n>', 'with --due: at most so many', positiveInteger, 500)
    .option('--json', 'JSON; with --due one document a line')
    .addHelpText('after', HELP)
    .action(async (id: string | undefined, { due, ...options }: RotateOptions, command: Command) => {
      if ((id === undefined) === (due === undefined)) throw new UsageError('name either a token or --due');
      const issuer = (await System.find(command, surroundings)).issuer();
      if (id === undefined)
        return rotateDue(
          issuer,
          { ...options, days: due === true || due === undefined ? 0 : due },
          surroundings,
        );
      const { token, ...view } = await issuer.rotate(id, { overlapSeconds: options.overlap });
      const { terminal } = surroundings;
      if (options.json) return terminal.print(JSON.stringify({ ...view, token }));
      await terminal.print(describeToken(view));
      await terminal.print(`\n${terminal.colours.bold(token)}`);
      terminal.note('Keep it now: it is not shown again.');
    });
}
