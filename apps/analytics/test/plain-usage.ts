import type { RequestRecord, UsageAnswer, UsageDimension } from '@gatehouse/contracts';

type Measures = UsageAnswer['totals'];

const VALUES: Record<UsageDimension, (record: RequestRecord) => string | number | readonly string[]> = {
  token: (record) => record.tokenId,
  application: (record) => record.applicationId ?? '',
  identity: (record) => record.identityId ?? '',
  plan: (record) => record.plan ?? '',
  route: (record) => record.route,
  method: (record) => record.method,
  status: (record) => record.status,
  outcome: (record) => record.outcome,
  country: (record) => record.country,
  tenant: (record) => record.tenant,
  cache: (record) => record.cache ?? '',
  finding: (record) => record.findings ?? '',
};

/** The values of a record in one dimension: of findings perhaps several. */
export const valuesOf = (record: RequestRecord, dimension: UsageDimension): readonly (string | number)[] =>
  [VALUES[dimension](record)].flat();

/** Every combination of a record's values in some dimensions. */
const combinationsOf = (
  record: RequestRecord,
  [first, ...rest]: readonly UsageDimension[],
): readonly (string | number)[][] =>
  first === undefined
    ? [[]]
    : valuesOf(record, first).flatMap((value) =>
        combinationsOf(record, rest).map((others) => [value, ...others]),
      );

/** What usage must say of records, worked out one by one; keyed by the JSON of bucket start and dimension values. */
export function plainUsage(
  records: readonly RequestRecord[],
  groupBy: readonly UsageDimension[],
  bucketOf: (at: number) => number,
): Map<string, Measures> {
  const groups = new Map<string, RequestRecord[]>();
  for (const record of records) {
    const at = new Date(bucketOf(Date.parse(record.at))).toISOString();
    for (const values of combinationsOf(record, groupBy)) {
      const key = JSON.stringify([at, ...values]);
      groups.set(key, [...(groups.get(key) ?? []), record]);
    }
  }
  return new Map([...groups].map(([key, group]) => [key, measure(group)]));
}

/** Measures of records as one group. */
export function measure(records: readonly RequestRecord[]): Measures {
  const latencies = records.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
  const sum = (of: (record: RequestRecord) => number) =>
    records.reduce((total, record) => total + of(record), 0);
  return {
    calls: records.length,
    errors: sum(({ status }) => (status >= 400 || status === 0 ? 1 : 0)),
    latencyMs: { p50: rank(latencies, 0.5), p95: rank(latencies, 0.95), p99: rank(latencies, 0.99) },
    requestBytes: sum((record) => record.requestBytes),
    responseBytes: sum((record) => record.responseBytes),
    credits: sum((record) => record.credits ?? 0),
  };
}

/** Nearest rank, of values cut to the eight significant bits that are kept. */
function rank(sorted: readonly number[], quantile: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0);
  bits.setUint16(2, 0);
  return bits.getFloat32(0);
}
