import type { UsageAnswer, UsageRow } from '@gatehouse/contracts';
import { UsageDimension, UsageInterval } from '@gatehouse/contracts';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { System } from '../system/system.js';
import { plainTable } from '../table.js';
import { instant } from './option-values.js';

interface UsageOptions extends Partial<Record<UsageDimension, string>> {
  from?: Date;
  to?: Date;
  groupBy?: UsageDimension[];
  interval: UsageInterval;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ gatehouse usage --from 24h --group-by route,status
  $ gatehouse usage --from 30d --interval 1d --group-by plan
  $ gatehouse usage --from 2026-01-01T00:00:00Z --interval 1h --token tok_0190…`;

/** `gatehouse usage`: calls, errors, latency, bytes and credits. */
export function usageCommand(surroundings: Surroundings): Command {
  const command = new Command('usage')
    .description('calls, errors, latency, bytes and credits')
    .option('--from <instant>', 'ISO 8601, or how long ago (default: 1h)', instant)
    .option('--to <instant>', 'ISO 8601, or how long ago (default: now)', instant)
    .option('--group-by <dimensions...>', `at most four of ${UsageDimension.options.join(', ')}`, dimensions)
    .addOption(
      new Option('--interval <length>', 'one row a bucket').choices(UsageInterval.options).default('all'),
    )
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES);
  for (const dimension of UsageDimension.options)
    command.option(`--${dimension} <value>`, `only this ${dimension}`);
  return command.action(async (options: UsageOptions, self: Command) => {
    const { json, ...request } = options;
    const answer = await (await System.find(self, surroundings)).usage().usage(pickRequest(request));
    await surroundings.terminal.print(json ? JSON.stringify(answer) : usageText(answer));
  });
}

/** Separated by commas, by spaces, or given again. */
function dimensions(text: string, earlier: UsageDimension[] = []): UsageDimension[] {
  const parsed = text.split(',').map((name) => UsageDimension.safeParse(name.trim()));
  if (parsed.every((dimension) => dimension.success)) return [...earlier, ...parsed.map(({ data }) => data)];
  throw new InvalidArgumentError(`expected any of ${UsageDimension.options.join(', ')}`);
}

/** The options of this command alone. */
function pickRequest({ from, to, groupBy, interval, ...rest }: Omit<UsageOptions, 'json'>) {
  const filters = Object.fromEntries(UsageDimension.options.map((name) => [name, rest[name]]));
  return { from, to, groupBy, interval, ...filters };
}

function usageText(answer: UsageAnswer): string {
  const { groupBy, interval } = answer;
  const lead = [...(interval === 'all' ? [] : ['at']), ...groupBy];
  const rowOf = (row: UsageRow) => [
    ...(interval === 'all' ? [] : [row.at]),
    // A status is a name, not a number to add up.
    ...groupBy.map((dimension) => String(row[dimension] ?? '')),
    ...measures(row),
  ];
  const total = ['total', ...lead.slice(1).map(() => ''), ...measures(answer.totals)];
  const rows = answer.rows.map(rowOf);
  const table = plainTable(
    [...lead, 'calls', 'errors', 'p50 ms', 'p95 ms', 'p99 ms', 'bytes in', 'bytes out', 'credits'],
    lead.length ? [...rows, total] : rows,
  );
  const missing = answer.missing ? `\n${answer.missing} records are known to be missing` : '';
  return `${answer.from} – ${answer.to}\n${table}${missing}`;
}

const measures = (row: UsageAnswer['totals']) => [
  row.calls,
  row.errors,
  ...[row.latencyMs.p50, row.latencyMs.p95, row.latencyMs.p99].map((ms) => Math.round(ms * 10) / 10),
  row.requestBytes,
  row.responseBytes,
  row.credits,
];
