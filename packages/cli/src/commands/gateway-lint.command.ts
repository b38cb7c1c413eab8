import { LintReport } from '@gatehouse/contracts';
import { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { mistakesText } from '../gateway/config-text.js';
import { GatewayProgram } from '../gateway/gateway-program.js';
import { readTextFile } from '../read-text-file.js';

const HELP = `
Judges the file as the installed gateway would, without one running. Variables \${UPSTREAM_…} are taken from the environment;
what one without a value would stand for is not checked. Files it names (keys, certificates) are looked at by the gateway alone.
Which published APIs it would no longer serve, a running gateway knows: "gatehouse gateway diff".
Fails when there is a mistake.

Examples:
  $ gatehouse gateway lint gateway.yaml
  $ UPSTREAM_URL=http://orders:8080 gatehouse gateway lint gateway.yaml --json`;

/** `gatehouse gateway lint`: what a gateway would say to a file. */
export function gatewayLintCommand(surroundings: Surroundings): Command {
  return new Command('lint')
    .description(
      'check a gateway.yaml offline: every mistake with its line, its field, its rule and what sets it right',
    )
    .argument('<file>')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { terminal } = surroundings;
      await readTextFile(file);
      const report = await lint(file, surroundings);
      if (report.mistakes.length > 0) surroundings.exitCode = ExitCode.failure;
      if (report.unset.length > 0) terminal.note(`without a value, not checked: ${report.unset.join(', ')}`);
      if (json) return terminal.print(JSON.stringify(report));
      await terminal.print(
        report.mistakes.length > 0 ? mistakesText(file, report.mistakes) : `${file}: good`,
      );
    });
}

async function lint(file: string, surroundings: Surroundings): Promise<LintReport> {
  for await (const report of GatewayProgram.find(surroundings).run(['lint', file]))
    return LintReport.parse(report);
  throw new Error("the gateway's program said nothing");
}
