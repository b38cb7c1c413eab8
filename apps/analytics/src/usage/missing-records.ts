import { Inject, Injectable } from '@nestjs/common';
import { CLICKHOUSE } from '../analytics.tokens.js';
import { type ClickHouse, select } from '../clickhouse/clickhouse.js';
import type { Span } from './usage-window.js';

/**
 * One row per batch: its records and those missing from it or before it. A gateway's newest batch is not short of the
 * parts that are still on their way.
 */
const batches = (where: string): string => `
  SELECT
    gateway, batch, min(first_at) AS at, sum(count) AS records, count() < any(parts) AS is_open,
    (gateway, batch) IN (SELECT gateway, max(batch) FROM request_batches GROUP BY gateway) AS is_newest,
    greatest(0, toInt64(any(last_seq) - any(first_seq) + 1) - toInt64(records)) AS shortfall,
    max(gap) + if(is_open AND is_newest, 0, shortfall) AS missing
  FROM request_batches FINAL
  WHERE ${where}
  GROUP BY gateway, batch`;

/** How far one gateway's batches are held, and what of them is lost. */
export interface GatewayWatermark {
  gateway: string;
  batch: number;
  records: number;
  missing: number;
}

/** Counts what is known to be lost (S5). */
@Injectable()
export class MissingRecords {
  constructor(@Inject(CLICKHOUSE) private readonly clickhouse: ClickHouse) {}

  /** Over all gateways, by the time of the batch that shows the loss. */
  async within({ from, to }: Span): Promise<number> {
    const inWindow = `first_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND first_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
    const [row] = await select<{ missing: number }>(
      this.clickhouse.reader,
      `SELECT sum(missing) AS missing
       FROM (${batches(`(gateway, batch) IN (SELECT gateway, batch FROM request_batches WHERE ${inWindow})`)})
       WHERE at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`,
      { from, to },
    );
    return row?.missing ?? 0;
  }

  /** Of every gateway that ever sent a batch. */
  byGateway(): Promise<GatewayWatermark[]> {
    return select<GatewayWatermark>(
      this.clickhouse.reader,
      `SELECT gateway, max(batch - (is_open AND is_newest)) AS batch, sum(records) AS records, sum(missing) AS missing
       FROM (${batches('true')})
       GROUP BY gateway
       ORDER BY gateway`,
    );
  }
}
