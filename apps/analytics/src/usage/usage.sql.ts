import { UsageDimension } from '@gatehouse/contracts';
import type { Span, UsageWindow } from './usage-window.js';

/** What to select: dimensions come from a closed list, values travel as parameters. */
export interface UsageSelection {
  window: UsageWindow;
  groupBy: readonly UsageDimension[];
  filters: Partial<Record<UsageDimension, string | number>>;
  /** Only this tenant's rows; `undefined`: everybody's. */
  onlyTenant: string | undefined;
  maxRows: number;
}

/** SQL and its parameters. */
export interface BoundQuery {
  query: string;
  parameters: Record<string, unknown>;
}

/** Longest a chart may take. */
const MAX_SECONDS = 5;
const QUANTILES = '(0.5, 0.95, 0.99)';
const SUMS = ['calls', 'errors', 'request_bytes', 'response_bytes', 'credits'] as const;

const FROM_MINUTES = `
  sum(calls) AS calls,
  sum(errors) AS errors,
  sum(request_bytes) AS request_bytes,
  sum(response_bytes) AS response_bytes,
  sum(credits) AS credits,
  quantilesBFloat16MergeState${QUANTILES}(latency) AS latency
FROM requests_by_minute`;

const FROM_REQUESTS = `
  count() AS calls,
  countIf(status >= 400 OR status = 0) AS errors,
  sum(request_bytes) AS request_bytes,
  sum(response_bytes) AS response_bytes,
  sum(credits) AS credits,
  quantilesBFloat16State${QUANTILES}(latency_ms) AS latency
FROM requests`;

/** Every finding of a request, or that it has none. */
const FINDING = "arrayJoin(if(empty(findings), [''], CAST(findings, 'Array(String)'))) AS finding";

const columnOf = (dimension: UsageDimension): string => (dimension === 'finding' ? FINDING : dimension);

/** Calls, errors, bytes, credits and latency by bucket and dimension, in that order. */
export function usageQuery(selection: UsageSelection): BoundQuery {
  const { window, groupBy, maxRows } = selection;
  const parameters: Record<string, unknown> = { bucketSeconds: window.bucketSeconds, maxRows };
  const conditions = conditionsOf(selection, parameters);
  const keys = ['bucket', ...groupBy].join(', ');
  const branches = sourcesOf(window).map(({ select, time, span }, i) => {
    parameters[`from${i}`] = span.from;
    parameters[`to${i}`] = span.to;
    const where = [`${time} >= ${instant(`from${i}`)}`, `${time} < ${instant(`to${i}`)}`, ...conditions];
    return `SELECT ${[bucketOf(time), ...groupBy.map(columnOf)].join(', ')}, ${select}
      WHERE ${where.join(' AND ')} GROUP BY ${keys}`;
  });
  const sums = SUMS.map((name) => `sum(${name}) AS ${name}`).join(', ');
  return {
    query: `SELECT ${keys}, ${sums}, quantilesBFloat16Merge${QUANTILES}(latency) AS latency
      FROM (${branches.join(' UNION ALL ')})
      GROUP BY ${keys} ORDER BY ${keys} LIMIT {maxRows:UInt32}
      SETTINGS max_execution_time = ${MAX_SECONDS}`,
    parameters,
  };
}

interface Source {
  select: string;
  time: 'minute' | 'at';
  span: Span;
}

function sourcesOf({ minutes, raw }: UsageWindow): Source[] {
  const edges = raw.map((span): Source => ({ select: FROM_REQUESTS, time: 'at', span }));
  return minutes ? [{ select: FROM_MINUTES, time: 'minute', span: minutes }, ...edges] : edges;
}

const bucketOf = (time: string): string =>
  `if({bucketSeconds:UInt32} = 0, 0, intDiv(toUnixTimestamp(${time}), {bucketSeconds:UInt32}) * {bucketSeconds:UInt32}) AS bucket`;

const instant = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

const conditionOn = (dimension: UsageDimension): string =>
  dimension === 'finding'
    ? "(has(findings, {finding:String}) OR ({finding:String} = '' AND empty(findings)))"
    : `${dimension} = {${dimension}:${dimension === 'status' ? 'UInt16' : 'String'}}`;

function conditionsOf(
  { filters, onlyTenant }: UsageSelection,
  parameters: Record<string, unknown>,
): string[] {
  const conditions: string[] = [];
  for (const dimension of UsageDimension.options) {
    if (filters[dimension] === undefined) continue;
    conditions.push(conditionOn(dimension));
    parameters[dimension] = filters[dimension];
  }
  if (onlyTenant !== undefined) {
    conditions.push('tenant = {onlyTenant:String}');
    parameters['onlyTenant'] = onlyTenant;
  }
  return conditions;
}
