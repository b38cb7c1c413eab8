import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';

const HELP = `
One JSON document a line: what log it is, then its entries, and each checkpoint after the last entry it covers. It is all
that "gatehouse audit verify" needs, on any machine.

Examples:
  $ gatehouse audit export > log.ndjson
  $ gatehouse audit export --out log.ndjson
  $ gatehouse audit export --format csv --out log.csv   # RFC 4180; the first row holds the checkpoint all proofs lead to`;

interface ExportOptions {
  out?: string;
  format: 'ndjson' | 'csv';
}

/** `gatehouse audit export`: the whole log. */
export function auditExportCommand(surroundings: Surroundings): Command {
  return new Command('export')
    .description('the whole log as NDJSON, with all that verifying it needs')
    .addOption(
      new Option('--format <format>', 'csv: for spreadsheets, with a proof in each row')
        .choices(['ndjson', 'csv'])
        .default('ndjson'),
    )
    .option('--out <file>', 'a new file, instead of standard output')
    .addHelpText('after', HELP)
    .action(async ({ out, format }: ExportOptions, command: Command) => {
      const { terminal } = surroundings;
      const lines = (await System.find(command, surroundings)).audit().exportLines(format);
      if (out === undefined) {
        for await (const line of lines) await terminal.print(line);
        return;
      }
      // It holds every tenant's events.
      const file = createWriteStream(out, { flags: 'wx', mode: 0o600 });
      await pipeline(withLineEnds(lines), file, { signal: terminal.signal });
      terminal.note(`written to ${out}`);
    });
}

async function* withLineEnds(lines: AsyncIterable<string>): AsyncGenerator<string, void> {
  for await (const line of lines) yield `${line}\n`;
}
