import type { RequestRecord } from '@gatehouse/contracts';
import type { ClickHouseClient } from '@clickhouse/client';
import { insert, select } from '../clickhouse/clickhouse.js';
import type { RequestPart } from './request-part.js';

/** In the order of `lineOf`. */
const COLUMNS = [
  'inserted_at',
  'gateway',
  'batch',
  'part',
  'seq',
  'at',
  'request_id',
  'tenant',
  'route',
  'token',
  'method',
  'path',
  'status',
  'outcome',
  'code',
  'client_address',
  'country',
  'user_agent',
  'referrer',
  'request_bytes',
  'response_bytes',
  'latency_ms',
  'upstream_ms',
  'trace_id',
  'secret',
  'application',
  'user',
  'identity',
  'plan',
  'asn',
  'cache',
  'limited_by',
  'waited_ms',
  'findings',
  'credits',
].join(', ');

/** Rows of a part that are in the table although nothing says that the part is held. */
export interface LandedPart {
  gateway: string;
  batch: number;
  part: number;
  seqs: number[];
  /** The inserts that brought them. */
  inserts: number[];
}

/** The raw rows. */
export class RequestTable {
  constructor(private readonly client: ClickHouseClient) {}

  /** Inserts lines of {@link lineOf} once, however often it is called with the same `insertedAt`. */
  async insert(lines: readonly string[], insertedAt: number): Promise<void> {
    if (lines.length === 0) return;
    await insert(this.client, `requests (${COLUMNS})`, tokenOf(insertedAt), lines.join('\n'));
  }

  /** Parts beyond each gateway's watermark of which there are rows: left behind by an insert that was cut short. */
  async landedBeyond(watermarks: ReadonlyMap<string, number>): Promise<LandedPart[]> {
    return select<LandedPart>(
      this.client,
      `SELECT gateway, batch, part, groupUniqArray(seq) AS seqs,
         groupUniqArray(toUnixTimestamp64Milli(inserted_at)) AS inserts
       FROM requests
       WHERE batch > transform(gateway, {gateways:Array(String)}, {watermarks:Array(UInt64)}, toUInt64(0))
       GROUP BY gateway, batch, part`,
      { gateways: [...watermarks.keys()], watermarks: [...watermarks.values()] },
    );
  }

  /**
   * Repeats an insert from its own rows: those are in the table and are dropped, but a view that had not got them yet
   * gets them now.
   */
  async finish(insertedAt: number): Promise<void> {
    const result = await this.client.query({
      query: `SELECT ${COLUMNS} FROM requests WHERE inserted_at = fromUnixTimestamp64Milli({insertedAt:Int64}, 'UTC')`,
      query_params: { insertedAt },
      format: 'JSONCompactEachRow',
    });
    await this.insert((await result.text()).trimEnd().split('\n'), insertedAt);
  }
}

/** One row as a JSON array. */
export function lineOf(part: RequestPart, record: RequestRecord, insertedAt: number): string {
  return JSON.stringify([
    instantOf(insertedAt),
    part.gateway,
    part.batch,
    part.part,
    record.seq,
    instantOf(record.at),
    record.requestId,
    record.tenant,
    record.route,
    record.tokenId,
    record.method,
    record.path,
    record.status,
    record.outcome,
    record.code,
    record.clientAddress,
    record.country,
    record.userAgent,
    record.referrer,
    record.requestBytes,
    record.responseBytes,
    record.latencyMs,
    record.upstreamMs,
    record.traceId,
    record.secretId ?? '',
    record.applicationId ?? '',
    record.userId ?? '',
    record.identityId ?? '',
    record.plan ?? '',
    record.asn ?? 0,
    record.cache ?? '',
    record.limit ?? '',
    record.waitedMs ?? 0,
    record.findings ?? [],
    record.credits ?? 0,
  ]);
}

/** The token of an insert and of the batch rows that go with it: its time, which no other insert has. */
export const tokenOf = (insertedAt: number): string => `insert-${insertedAt}`;

/** A time as ClickHouse reads a DateTime64(3). */
export function instantOf(time: string | number): string {
  const iso = typeof time === 'string' && time.length === 24 ? time : new Date(time).toISOString();
  return iso.slice(0, 23);
}
