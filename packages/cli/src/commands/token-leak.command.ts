import { text } from 'node:stream/consumers';
import type { LeakReport } from '@gatehouse/contracts';
import { Command } from 'commander';
import { factsText } from '../facts-text.js';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { UsageError } from '../usage-error.js';

interface ReportOptions {
  url?: string;
  source?: string;
  json?: boolean;
}

const EXAMPLES = `
The token is read from standard input, so that it stays out of the shell's history and the process list.
What happens to it is policy: it is suspended, unless the tenant's or the issuer's LEAK_POLICY says otherwise.

Examples:
  $ gatehouse tokens leak report --source chat < leaked.txt
  $ gatehouse tokens leak show leak_3f9a…`;

/** `gatehouse tokens leak`: report a leaked token, see what it may do and did. */
export function leakCommand(surroundings: Surroundings): Command {
  return new Command('leak')
    .description('report a leaked token; see what one may do and did')
    .addCommand(reportCommand(surroundings))
    .addCommand(showCommand(surroundings))
    .addHelpText('after', EXAMPLES);
}

function reportCommand(surroundings: Surroundings): Command {
  return new Command('report')
    .description('report the token on standard input as leaked')
    .option('--url <url>', 'where it was seen')
    .option('--source <kind>', 'what kind of place that is, e.g. chat, log')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...place }: ReportOptions, command: Command) => {
      const token = (await text(surroundings.input)).trim();
      if (token === '') throw new UsageError('there is no token on standard input');
      const issuer = (await System.find(command, surroundings)).issuer();
      const { leakId } = await issuer.reportLeak({ token, ...place });
      if (!leakId) throw new Error('this is no token of yours: nothing was done');
      await show(surroundings, await issuer.leak(leakId), json);
    });
}

function showCommand(surroundings: Surroundings): Command {
  return new Command('show')
    .description('what a leaked token may do and has done')
    .argument('<leak>', 'e.g. leak_3f9a…')
    .option('--json', 'one JSON document')
    .action(async (id: string, { json }: ReportOptions, command: Command) => {
      await show(surroundings, await (await System.find(command, surroundings)).issuer().leak(id), json);
    });
}

async function show({ terminal }: Surroundings, report: LeakReport, json = false): Promise<void> {
  await terminal.print(json ? JSON.stringify(report) : describeLeak(report));
}

function describeLeak(report: LeakReport): string {
  const { token, scopesUsed, countries } = report;
  const facts = factsText({
    leak: report.id,
    reported: `${report.reportedAt} by ${report.reportedBy}`,
    'seen in': [report.source, report.url].filter(Boolean).join(' '),
    token: `${token.id} "${token.name}", now ${token.status} (action: ${report.action})`,
    'may do': token.scopes.join(' '),
    'allowed from': token.ipAllow.join(' ') || 'anywhere',
    'denied from': token.ipDeny.join(' ') || undefined,
    'made use of': scopesUsed.map(({ value }) => value).join(' ') || 'nothing that is known',
    'came from': countries.map(({ value }) => value).join(' ') || 'nowhere that is known',
    more: `${report.links.events}; analytics: ${report.links.usage}`,
  });
  const uses = plainTable(
    ['secret', 'last used', 'from', 'country'],
    report.lastUses.map(({ secretId, at, ip, country }) => [secretId, at, ip, country]),
  );
  return `${facts}\n\n${uses}`;
}
