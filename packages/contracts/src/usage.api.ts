import { z } from 'zod';

/**
 * What usage can be grouped and filtered by. `application`, `plan` and `identity` are empty for requests without one, and for
 * minutes from before they were told apart. `cache` (what a cache made of it; empty: none was asked) and `finding` (what
 * rules noticed; empty: nothing) are known for as long as single requests are kept, 30 days. A request with several
 * findings counts in the row of each, and once in the totals.
 */
export const UsageDimension = z.enum([
  'token',
  'application',
  'identity',
  'plan',
  'route',
  'method',
  'status',
  'outcome',
  'country',
  'tenant',
  'cache',
  'finding',
]);
export type UsageDimension = z.infer<typeof UsageDimension>;

/** Length of one row's time bucket; `all`: one row for the whole window. */
export const UsageInterval = z.enum(['all', '1s', '10s', '1m', '5m', '1h', '1d']);
export type UsageInterval = z.infer<typeof UsageInterval>;

/** Query of `GET /v1/usage`. Any dimension may also be a filter, e.g. `&route=demo`. */
export const UsageQuery = z.strictObject({
  /** Inclusive; default one hour before `to`. */
  from: z.iso.datetime({ offset: true }).optional(),
  /** Exclusive; default now. */
  to: z.iso.datetime({ offset: true }).optional(),
  interval: UsageInterval.default('all'),
  /** Comma-separated dimensions, at most four; absent: totals. */
  groupBy: z
    .string()
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(UsageDimension).max(4))
    .optional(),
  token: z.string().max(64).optional(),
  application: z.string().max(256).optional(),
  identity: z.string().max(64).optional(),
  plan: z.string().max(256).optional(),
  route: z.string().max(64).optional(),
  method: z.string().max(32).optional(),
  status: z.coerce.number().int().min(0).max(999).optional(),
  outcome: z.string().max(16).optional(),
  country: z.string().max(2).optional(),
  tenant: z.string().max(63).optional(),
  cache: z.string().max(16).optional(),
  finding: z.string().max(32).optional(),
});
export type UsageQuery = z.infer<typeof UsageQuery>;

const Measures = {
  calls: z.int(),
  /** Calls answered with a status of 400 or more, or not answered at all. */
  errors: z.int(),
  latencyMs: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }),
  requestBytes: z.int(),
  responseBytes: z.int(),
  /** What the calls have cost of credits, of a token's or of its identity's. */
  credits: z.int(),
};

/** One group in one bucket; carries the dimensions asked for. */
export const UsageRow = z.object({
  /** Start of the bucket. */
  at: z.iso.datetime(),
  token: z.string().optional(),
  application: z.string().optional(),
  identity: z.string().optional(),
  plan: z.string().optional(),
  route: z.string().optional(),
  method: z.string().optional(),
  status: z.int().optional(),
  outcome: z.string().optional(),
  country: z.string().optional(),
  tenant: z.string().optional(),
  cache: z.string().optional(),
  finding: z.string().optional(),
  ...Measures,
});
export type UsageRow = z.infer<typeof UsageRow>;

/** Answer of `GET /v1/usage`. */
export const UsageAnswer = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  interval: UsageInterval,
  groupBy: z.array(UsageDimension),
  rows: z.array(UsageRow),
  totals: z.object(Measures),
  /** Records known to be lost in the window, over all gateways: normally 0 (S5). */
  missing: z.int(),
});
export type UsageAnswer = z.infer<typeof UsageAnswer>;

/** Answer of analytics' `GET /v1/watermarks`: what is held of each gateway's records. */
export const WatermarksAnswer = z.object({
  gateways: z.array(
    z.object({
      gateway: z.string(),
      /** The highest batch held for good, with all before it. */
      batch: z.int(),
      records: z.int(),
      /** Records known to be lost: normally 0 (S5). */
      missing: z.int(),
    }),
  ),
});
export type WatermarksAnswer = z.infer<typeof WatermarksAnswer>;
