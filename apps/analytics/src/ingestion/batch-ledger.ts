import type { ClickHouseClient } from '@clickhouse/client';
import { insert, select } from '../clickhouse/clickhouse.js';
import type { GatewayProgress } from './admission.js';
import type { RequestPart } from './request-part.js';
import { instantOf, tokenOf } from './request-table.js';

const COLUMNS = [
  'inserted_at',
  'gateway',
  'batch',
  'part',
  'parts',
  'first_seq',
  'last_seq',
  'count',
  'gap',
  'first_at',
  'last_at',
].join(', ');

/** A part whose rows are in the table. */
export interface HeldPart {
  part: RequestPart;
  /** Records lost for good before its batch. */
  gap: number;
}

interface NewestBatch {
  gateway: string;
  batch: number;
  parts: number;
  from: number;
  to: number;
  held: number[];
}

/** What is held of every batch. A part's row is written after its records, and says that they are all there. */
export class BatchLedger {
  constructor(private readonly client: ClickHouseClient) {}

  /** Notes parts as held, all or none. */
  async append(held: readonly HeldPart[], insertedAt: number): Promise<void> {
    const lines = held.map((entry) => lineOf(entry, insertedAt)).join('\n');
    await insert(this.client, `request_batches (${COLUMNS})`, tokenOf(insertedAt), lines);
  }

  /** How far each gateway is. All batches before a gateway's newest are closed: that is how parts are admitted. */
  async progress(): Promise<Map<string, GatewayProgress>> {
    const newest = await select<NewestBatch>(
      this.client,
      `SELECT gateway, batch, any(parts) AS parts, any(first_seq) AS from, any(last_seq) AS to, groupUniqArray(part) AS held
       FROM request_batches
       WHERE (gateway, batch) IN (SELECT gateway, max(batch) FROM request_batches GROUP BY gateway)
       GROUP BY gateway, batch`,
    );
    return new Map(newest.map((batch) => [batch.gateway, progressOf(batch)]));
  }

  /** Time of the newest insert that was noted; 0 for none. */
  async lastInsertedAt(): Promise<number> {
    const [row] = await select<{ at: number }>(
      this.client,
      'SELECT toUnixTimestamp64Milli(max(inserted_at)) AS at FROM request_batches',
    );
    return row?.at ?? 0;
  }
}

function progressOf({ batch, parts, from, to, held }: NewestBatch): GatewayProgress {
  if (held.length === parts) return { watermark: batch, lastSeq: to, open: undefined };
  return { watermark: batch - 1, lastSeq: to, open: { batch, parts, from, to, held: new Set(held) } };
}

function lineOf({ part, gap }: HeldPart, insertedAt: number): string {
  const { gateway, batch, parts, from, to } = part;
  const [firstAt, lastAt] = spanOf(part);
  return JSON.stringify([
    instantOf(insertedAt),
    gateway,
    batch,
    part.part,
    parts,
    from,
    to,
    part.records.length,
    gap,
    firstAt,
    lastAt,
  ]);
}

/** First and last instant of a part's records; without any, the time its batch was cut. */
function spanOf({ records, time }: RequestPart): [string, string] {
  let [first, last] = records.length > 0 ? ['~', ''] : [instantOf(time), instantOf(time)];
  for (const record of records) {
    const at = instantOf(record.at);
    if (at < first) first = at;
    if (at > last) last = at;
  }
  return [first, last];
}
