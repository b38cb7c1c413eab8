import type { EvidenceReport } from '@gatehouse/client';
import type { AuditEntry, EvidenceControl } from '@gatehouse/contracts';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { UsageError } from '../usage-error.js';
import { entryTable } from './audit-search.command.js';
import { instant, positiveInteger } from './option-values.js';

const HELP = `
Without a control it lists all there are. Each report is a search of the log that can be repeated, and each entry can be
proven with "gatehouse audit proof <index>". A mapping says where to look; whether a requirement is met, an auditor says.

Examples:
  $ gatehouse audit evidence
  $ gatehouse audit evidence soc2-cc6.3 --from 2026-01-01 --to 2026-04-01 --json > cc6.3.ndjson
  $ gatehouse audit evidence --person usr_0190…
  $ gatehouse audit evidence --token tok_0190…
  $ gatehouse audit evidence --key-ceremonies
  $ gatehouse audit evidence --privileged --from 30d`;

interface EvidenceOptions {
  person?: string;
  token?: string;
  keyCeremonies?: boolean;
  privileged?: boolean;
  from?: Date;
  to?: Date;
  limit: number;
  json?: boolean;
}

/** `gatehouse audit evidence`: what auditors ask for. */
export function auditEvidenceCommand(surroundings: Surroundings): Command {
  return new Command('evidence')
    .description(
      'reports for auditors: by control of a framework, by person or token, key ceremonies, privileges',
    )
    .argument('[control]', 'e.g. soc2-cc6.3; without it and without an option, the list of controls')
    .option('--person <id>', 'all that was done about a person, and all that she did')
    .option('--token <id>', 'all that was done about a token, and all that was done with it')
    .option('--key-ceremonies', 'the life of signing keys')
    .option('--privileged', 'privileged actions')
    .option('--from <when>', 'not before: ISO 8601, or how long ago, e.g. 30d', instant)
    .option('--to <when>', 'before', instant)
    .option('--limit <n>', 'at most so many entries', positiveInteger, 10_000)
    .option('--json', 'one JSON document a line')
    .addHelpText('after', HELP)
    .action(async (control: string | undefined, options: EvidenceOptions, command: Command) => {
      const { terminal } = surroundings;
      const audit = (await System.find(command, surroundings)).audit();
      const report = reportOf(control, options);
      if (!report) {
        const { items } = await audit.controls();
        return terminal.print(
          options.json ? items.map((of) => JSON.stringify(of)).join('\n') : controlTable(items),
        );
      }
      const span = { from: options.from?.toISOString(), to: options.to?.toISOString() };
      const entries: AuditEntry[] = [];
      for await (const entry of audit.evidence(report, span)) {
        if (entries.length === options.limit) {
          terminal.note(`only the first ${options.limit} are shown; there are more (--limit)`);
          break;
        }
        entries.push(entry);
      }
      await terminal.print(
        options.json ? entries.map((entry) => JSON.stringify(entry)).join('\n') : entryTable(entries),
      );
    });
}

/** @throws UsageError when more than one is asked for. */
function reportOf(control: string | undefined, options: EvidenceOptions): EvidenceReport | undefined {
  const asked: EvidenceReport[] = [];
  if (control !== undefined) asked.push({ control });
  if (options.person !== undefined) asked.push({ person: options.person });
  if (options.token !== undefined) asked.push({ token: options.token });
  if (options.keyCeremonies) asked.push('key-ceremonies');
  if (options.privileged) asked.push('privileged-actions');
  if (asked.length > 1) throw new UsageError('one report at a time: a control, or one of the options');
  return asked[0];
}

const controlTable = (items: readonly EvidenceControl[]): string =>
  plainTable(
    ['id', 'framework', 'asks', 'shown by'],
    items.map(({ id, framework, asks, shownBy }) => [id, framework, asks, shownBy]),
  );
