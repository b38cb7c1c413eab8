import { Command, InvalidArgumentError } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { type LogSurvey, surveyLog } from '../replay/log-survey.js';
import type { Speed } from '../replay/paced.js';
import { replay } from '../replay/replay.js';
import { reportText, unreadableLines } from '../replay/replay-report.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { positiveInteger } from './option-values.js';

interface ReplayCommandOptions {
  speed: Speed;
  concurrency: number;
  maxTokens: number;
  patience: number;
  keepTokens?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const HELP = `
Each request goes through the gateway's replay route to the demo upstream, with its original address, user agent and
referrer; the upstream answers with the logged status and size. One token is issued for each client and revoked at the end.
Fails when what was recorded differs from what the log holds.

Examples:
  $ gatehouse replay access.log.gz --dry-run        # only what is in it
  $ gatehouse replay access.log.gz                  # as fast as it goes
  $ gatehouse replay access.log --speed 60          # an hour in a minute`;

/** `gatehouse replay`: an access log as real traffic. */
export function replayCommand(surroundings: Surroundings): Command {
  return new Command('replay')
    .description('send the requests of an access log through the gateway and compare what was recorded')
    .argument('<access-log>', 'Apache or nginx, common or combined format, gzipped or not')
    .option('--speed <n|max>', 'so many times the original pace', speed, 'max')
    .option('--concurrency <n>', 'at most so many requests at a time', positiveInteger, 32)
    .option('--max-tokens <n>', 'clients beyond share tokens', positiveInteger, 2000)
    .option('--patience <seconds>', 'how long to wait for records that do not come', positiveInteger, 30)
    .option('--keep-tokens', 'do not revoke the tokens at the end')
    .option('--dry-run', 'only read the log and say what is in it')
    .option('--json', 'the report as one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string, options: ReplayCommandOptions, command: Command) => {
      const { terminal } = surroundings;
      const survey = await surveyLog(path, options.maxTokens);
      if (options.dryRun) return terminal.print(options.json ? JSON.stringify(survey) : surveyText(survey));
      if (!survey.statuses.total) throw new UsageError(`${path} holds no line that can be read as a request`);
      const complete = await run(path, survey, options, await System.find(command, surroundings), terminal);
      if (!complete) surroundings.exitCode = ExitCode.failure;
    });
}

async function run(
  path: string,
  survey: LogSurvey,
  { speed, concurrency, patience, keepTokens = false, json }: ReplayCommandOptions,
  system: System,
  terminal: Terminal,
): Promise<boolean> {
  const { gatewayUrl } = system;
  const [issuer, usage] = [system.issuer(), system.usage()];
  const log = { path, survey, speed, concurrency, keepTokens, patienceMs: patience * 1000 };
  const report = await replay({ ...log, gatewayUrl, issuer, usage, terminal });
  await terminal.print(json ? JSON.stringify(report) : reportText(report, terminal));
  return report.complete;
}

function surveyText({ statuses, clients, moreClients, bytes, unreadable }: LogSurvey): string {
  const rows = statuses.statuses.map((status) => [String(status), statuses.of(status)]);
  return [
    plainTable(['status', 'in log'], [...rows, ['total', statuses.total]]),
    '',
    `${clients.size.toLocaleString('en')}${moreClients ? ' or more' : ''} clients, ${bytes.toLocaleString('en')} bytes of answers`,
    ...unreadableLines(unreadable),
  ].join('\n');
}

function speed(text: string): Speed {
  if (text === 'max') return 'max';
  const times = Number(text);
  if (!(times > 0) || !Number.isFinite(times))
    throw new InvalidArgumentError('expected "max" or a number above 0');
  return times;
}
