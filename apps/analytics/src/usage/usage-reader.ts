import { ClickHouseError } from '@clickhouse/client';
import { UsageDimension, type UsageAnswer, type UsageRow } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { CLICKHOUSE } from '../analytics.tokens.js';
import { type ClickHouse, select } from '../clickhouse/clickhouse.js';
import { MAX_ROWS, refusal } from './usage-window.js';
import { usageQuery, type UsageSelection } from './usage.sql.js';

type Measures = UsageAnswer['totals'];

interface StoredRow extends Partial<Record<UsageDimension, string | number>> {
  /** Seconds since the epoch; 0 where the whole window is one bucket. */
  bucket: number;
  calls: number;
  errors: number;
  request_bytes: number;
  response_bytes: number;
  credits: number;
  /** p50, p95, p99. */
  latency: (number | null)[];
}

const NONE: StoredRow = {
  bucket: 0,
  calls: 0,
  errors: 0,
  request_bytes: 0,
  response_bytes: 0,
  credits: 0,
  latency: [],
};

/** Answers who used what, how fast and how often in vain. */
@Injectable()
export class UsageReader {
  constructor(@Inject(CLICKHOUSE) private readonly clickhouse: ClickHouse) {}

  /**
   * Rows and totals of a selection.
   * @throws DomainError `query-invalid` when the answer is too large, `database-unavailable` when there is none.
   */
  async read(selection: Omit<UsageSelection, 'maxRows'>): Promise<Pick<UsageAnswer, 'rows' | 'totals'>> {
    const stored = await this.run({ ...selection, maxRows: MAX_ROWS + 1 });
    if (stored.length > MAX_ROWS)
      throw refusal(
        'groupBy',
        `gives more than ${MAX_ROWS} rows: group by less, filter, or shorten the window`,
      );
    const whole = { ...selection.window, bucketSeconds: 0 };
    const [total = NONE] = await this.run({ ...selection, window: whole, groupBy: [], maxRows: 1 });
    return {
      rows: stored.map((row) => rowOf(row, selection)),
      totals: measuresOf(total),
    };
  }

  private async run(selection: UsageSelection): Promise<StoredRow[]> {
    const { query, parameters } = usageQuery(selection);
    try {
      return await select<StoredRow>(this.clickhouse.reader, query, parameters);
    } catch (error) {
      throw asDomainError(error);
    }
  }
}

function rowOf(stored: StoredRow, { window, groupBy }: Pick<UsageSelection, 'window' | 'groupBy'>): UsageRow {
  const at = window.bucketSeconds === 0 ? window.from : stored.bucket * 1000;
  const dimensions = Object.fromEntries(groupBy.map((dimension) => [dimension, stored[dimension]]));
  return { at: new Date(at).toISOString(), ...dimensions, ...measuresOf(stored) };
}

function measuresOf(stored: StoredRow): Measures {
  const [p50, p95, p99] = stored.latency;
  return {
    calls: stored.calls,
    errors: stored.errors,
    latencyMs: { p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0 },
    requestBytes: stored.request_bytes,
    responseBytes: stored.response_bytes,
    credits: stored.credits,
  };
}

/** A query that is too heavy is the caller's to change; anything else is ours. */
export function asDomainError(error: unknown): DomainError {
  const type = error instanceof ClickHouseError ? error.type : undefined;
  if (type === 'TIMEOUT_EXCEEDED' || type === 'MEMORY_LIMIT_EXCEEDED')
    return refusal(
      'from',
      'the window holds too much to be read at once: shorten it, filter, or group by less',
    );
  return new DomainError('unavailable', 'database-unavailable', 'Usage cannot be read at the moment.', {
    cause: error,
  });
}
