import type { UsageDimension, UsageInterval, UsageQuery } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';

/** Most rows one answer holds. */
export const MAX_ROWS = 10_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As in the table's TTL. */
const RAW_DAYS = 30;

/** A half-open span of time, milliseconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/** What a usage query reads: whole minutes come from the rollup, what is left at the edges from the raw rows. */
export interface UsageWindow extends Span {
  /** Length of a bucket; 0: one for the whole window. */
  bucketSeconds: number;
  minutes: Span | undefined;
  raw: readonly Span[];
}

const BUCKET_SECONDS: Record<UsageInterval, number> = {
  all: 0,
  '1s': 1,
  '10s': 10,
  '1m': 60,
  '5m': 300,
  '1h': 3_600,
  '1d': 86_400,
};

/** What the rollup does not tell apart. */
const OF_REQUESTS = ['cache', 'finding'] as const satisfies UsageDimension[];

type WindowQuery = Pick<UsageQuery, 'from' | 'to' | 'interval' | 'groupBy' | (typeof OF_REQUESTS)[number]>;

/**
 * The window a query asks for.
 * @throws DomainError `query-invalid` when it is empty, too fine for its length, or too old to be answered exactly.
 */
export function windowOf(query: WindowQuery, now: number): UsageWindow {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = query.from === undefined ? to - HOUR_MS : Date.parse(query.from);
  const bucketSeconds = BUCKET_SECONDS[query.interval];
  if (from >= to) throw refusal('from', 'must be before "to"');
  if (bucketSeconds > 0 && (to - from) / 1000 / bucketSeconds > MAX_ROWS)
    throw refusal(
      'interval',
      `gives more than ${MAX_ROWS} rows: ask for a shorter window or a longer interval`,
    );
  const window = { from, to, bucketSeconds, ...split({ from, to }, bucketSeconds, isOfRequests(query)) };
  if (window.raw.some((span) => span.from < now - RAW_DAYS * 24 * HOUR_MS))
    throw refusal(
      'from',
      `older than ${RAW_DAYS} days only whole minutes are kept: align "from" and "to" to the minute and ask for an interval of 1m or more, and not for ${OF_REQUESTS.join(' or ')}`,
    );
  return window;
}

const isOfRequests = (query: WindowQuery): boolean =>
  OF_REQUESTS.some((one) => query[one] !== undefined || query.groupBy?.includes(one));

function split(
  { from, to }: Span,
  bucketSeconds: number,
  isRaw: boolean,
): Pick<UsageWindow, 'minutes' | 'raw'> {
  const firstMinute = Math.ceil(from / MINUTE_MS) * MINUTE_MS;
  const lastMinute = Math.floor(to / MINUTE_MS) * MINUTE_MS;
  const isFine = bucketSeconds > 0 && bucketSeconds < 60;
  if (isRaw || isFine || firstMinute >= lastMinute) return { minutes: undefined, raw: [{ from, to }] };
  const edges = [
    { from, to: firstMinute },
    { from: lastMinute, to },
  ];
  return {
    minutes: { from: firstMinute, to: lastMinute },
    raw: edges.filter((edge) => edge.from < edge.to),
  };
}

/** A query that is understood but cannot be answered. */
export function refusal(field: string, rule: string): DomainError {
  return new DomainError('invalid', 'query-invalid', `${field}: ${rule}`, { fields: [{ field, rule }] });
}
