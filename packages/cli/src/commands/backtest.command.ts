import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiId, type BacktestReport, BacktestStep } from '@gatehouse/contracts';
import { Command, Option } from 'commander';
import { backtestInput, counted } from '../backtest/backtest-input.js';
import { backtestText } from '../backtest/backtest-report.js';
import { triedApi } from '../backtest/tried-api.js';
import { limitRule, type RuleOptions, rulesOf, scopeRule } from '../backtest/new-rules.js';
import type { Surroundings } from '../surroundings.js';
import { readTextFile } from '../read-text-file.js';
import { GatewayProgram } from '../gateway/gateway-program.js';
import { Progress } from '../progress.js';
import { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';
import { instant, positiveInteger, repeated } from './option-values.js';

interface BacktestOptions extends RuleOptions {
  file?: string;
  api?: string;
  last: number;
  since: Date;
  until?: Date;
  top: number;
  json?: boolean;
}

const HELP = `
Reads recorded requests from analytics and holds them against new rules with the gateway's own code. Nothing is sent to a
gateway and nothing changes. What is new is a whole file (--file alone), or rules put on top of a file or, without one, of the
configuration in force; then only what the new rules refuse and the old ones do not is counted.

Published APIs have rules of their own: --api judges the requests of one of them, by the file that would be published, by rules
on top of it, or by rules on top of what is published (--api api_0190…). Without it they are counted as not judged.

Counters begin empty and count for all gateways together. What tokens may do is what the issuer says of them today; of access
tokens and of outside issuers' it is not known. Bodies, hosts and query values are not recorded: rules about them, OpenAPI
documents among them, are not judged. Nor are limits of a gateway.yaml for all its routes held against those of an API.

Examples:
  $ gatehouse backtest --limit token:100/60s --route orders
  $ gatehouse backtest --ip-deny 203.0.113.0/24 --since 7d --last 1000000
  $ gatehouse backtest --scope 'GET=orders:read,orders:list' --route orders --json
  $ gatehouse backtest --file gateway.yaml
  $ gatehouse backtest --api orders.yaml
  $ gatehouse backtest --api api_0190… --limit token:100/60s`;

/** `gatehouse backtest`: what new rules would have refused. */
export function backtestCommand(surroundings: Surroundings): Command {
  return new Command('backtest')
    .description(
      'how many of the last recorded requests a new limit, scope, IP rule or gateway.yaml would have refused',
    )
    .option('--file <gateway.yaml>', 'the rules, or what the new rules are put on top of')
    .addOption(
      new Option(
        '--api <file or id>',
        'the rules of a published API: a file to publish, or the id of what is published',
      ).conflicts('file'),
    )
    .option('--route <id>', 'where the new rules are tried; absent: everywhere', repeated)
    .option('--limit <rule>', 'such as token:100/60s, tenant:1000/day, ip:5/concurrent', limitRule)
    .option('--scope <rule>', 'such as GET=orders:read,orders:list (all) or GET=a|b (one)', scopeRule)
    .option('--ip-allow <range>', 'nobody from elsewhere', repeated)
    .option('--ip-deny <range>', 'nobody from there', repeated)
    .option('--last <n>', 'at most so many of the latest requests', positiveInteger, 100_000)
    .option('--since <when>', 'not before: ISO 8601, or how long ago', instant, instant('24h'))
    .option('--until <when>', 'before', instant)
    .option('--top <n>', 'how many tokens to name', positiveInteger, 20)
    .option('--json', 'the report as one JSON document')
    .addHelpText('after', HELP)
    .action(async (options: BacktestOptions, command: Command) => {
      const rules = rulesOf(options);
      const { file: named, api } = options;
      if (!rules && named === undefined && (api === undefined || ApiId.safeParse(api).success))
        throw new UsageError(
          'what is new? Give --file, --api with a file, --limit, --scope, --ip-allow or --ip-deny',
        );
      const system = await System.find(command, surroundings);
      const tried = api === undefined ? undefined : await triedApi(api, system);
      const text = tried ? JSON.stringify(tried) : await configText(named, system);
      const folder = await mkdtemp(join(tmpdir(), 'gatehouse-backtest-'));
      try {
        const file = join(folder, tried ? 'api.json' : 'gateway.yaml');
        await writeFile(file, text);
        const args = [
          'backtest',
          file,
          ...(tried ? ['--api'] : []),
          '--top',
          String(options.top),
          ...(rules ? ['--rules', JSON.stringify(rules)] : []),
        ];
        const report = await judged(args, { ...options, api: tried?.id }, system, surroundings);
        await surroundings.terminal.print(options.json ? JSON.stringify(report) : backtestText(report));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
}

const configText = async (file: string | undefined, system: System): Promise<string> =>
  file === undefined ? (await system.gatewayAdmin().config()).text : readTextFile(file);

async function judged(
  args: readonly string[],
  { since: from, until: to = new Date(), last, api }: BacktestOptions,
  system: System,
  surroundings: Surroundings,
): Promise<BacktestReport> {
  const usage = system.usage();
  let sent = 0;
  const requests = counted(usage.requests({ from, to, last, api }), () => sent++);
  const input = backtestInput(requests, system.issuer());
  const { totals } = await usage.usage({ from: minuteOf(from), to });
  const progress = new Progress(surroundings.terminal, 'judged', Math.min(last, totals.calls));
  try {
    for await (const answer of GatewayProgram.find(surroundings).run(args, input)) {
      const step = BacktestStep.parse(answer);
      progress.update(step.step === 'done' ? step.report.requests : step.done);
      if (step.step === 'judging') continue;
      if (step.report.requests !== sent)
        throw new Error(
          `${step.report.requests} of ${sent} requests were judged: this is a bug, trust no number of it`,
        );
      return step.report;
    }
  } finally {
    progress.stop();
  }
  throw new Error("the gateway's program ended without a report");
}

/** Whole minutes are counted for as long as anybody asks. */
const minuteOf = (at: Date): Date => new Date(Math.floor(at.getTime() / 60_000) * 60_000);
