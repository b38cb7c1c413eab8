import type { RequestLogged, RequestRecord } from '@gatehouse/contracts';

/** Numbers below 2^32 that are the same in every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What differs between the records of one test. */
export interface RecordOptions {
  count: number;
  firstSeq?: number;
  startAt?: Date;
  /** Time from one record to the next. */
  stepMs?: number;
  seed?: number;
}

const TENANTS = ['default', 'acme', 'globex'];
const METHODS = ['GET', 'GET', 'GET', 'POST', 'DELETE'];
const STATUSES = [200, 200, 200, 201, 304, 401, 404, 429, 500, 0];
const COUNTRIES = ['DE', 'US', 'FR', ''];

/** Records as a gateway would write them, in order of time. */
export function recordsOf(options: RecordOptions): RequestRecord[] {
  const { count, firstSeq = 1, startAt = new Date(), stepMs = 10, seed = 1 } = options;
  const next = random(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)];
  return Array.from({ length: count }, (_, i) => {
    const status = pick(STATUSES);
    return {
      seq: firstSeq + i,
      at: new Date(startAt.getTime() + i * stepMs).toISOString(),
      requestId: `req_${(firstSeq + i).toString(16).padStart(32, '0')}`,
      tenant: pick(TENANTS),
      route: pick(['demo', 'orders', '']),
      tokenId: `tok_${Math.floor(next() * 20)
        .toString(16)
        .padStart(32, '0')}`,
      method: pick(METHODS),
      path: `/demo/${Math.floor(next() * 1000)}`,
      status,
      outcome: status === 0 ? 'aborted' : status === 401 || status === 429 ? 'refused' : 'served',
      code: status === 401 ? 'token-unknown' : '',
      clientAddress: '203.0.113.7',
      country: pick(COUNTRIES),
      userAgent: 'Mozilla/5.0 "quoted" \\ {a:1}',
      referrer: 'https://example.org/\u{1f512}',
      requestBytes: Math.floor(next() * 500),
      responseBytes: Math.floor(next() * 50_000),
      latencyMs: Math.round(Math.exp(next() * 9) * 1000) / 1000,
      upstreamMs: 1.25,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    };
  });
}

/** Where a batch stands. */
export interface BatchOptions {
  gateway?: string;
  batch: number;
  /** Default: 1, the gateway still holds everything. */
  oldest?: number;
}

/** A batch as it travels: one event per tenant. */
export function partsOf(
  records: readonly RequestRecord[],
  { gateway = 'gw-1', batch, oldest = 1 }: BatchOptions,
): RequestLogged[] {
  const tenants = [...new Set(records.map(({ tenant }) => tenant))].toSorted();
  return tenants.map((tenant, i) => ({
    specversion: '1.0',
    id: `${gateway}-${batch}-${i + 1}`,
    source: 'gateway',
    subject: gateway,
    type: 'request.logged.v1',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    tenant,
    actor: 'system:gateway',
    data: {
      gateway,
      batch,
      part: i + 1,
      parts: tenants.length,
      from: records[0].seq,
      to: records.at(-1)!.seq,
      oldest,
      records: records.filter((record) => record.tenant === tenant),
    },
  }));
}

/** Records cut into batches of `size`, numbered from `firstBatch`. */
export function batchesOf(
  records: readonly RequestRecord[],
  size: number,
  { gateway = 'gw-1', firstBatch = 1 }: { gateway?: string; firstBatch?: number } = {},
): RequestLogged[][] {
  const batches: RequestLogged[][] = [];
  for (let i = 0; i < records.length; i += size)
    batches.push(partsOf(records.slice(i, i + size), { gateway, batch: firstBatch + batches.length }));
  return batches;
}
