import { z } from 'zod';
import { AuditEntry } from './audit.api.js';
import { PageLimit, pageOf } from './page.js';

const Index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** A sink's name in a path. */
export const SinkName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

/** How a sink is doing. */
export const SinkState = z.object({
  name: z.string(),
  kind: z.enum(['file', 'syslog', 'webhook']),
  /** `halted`: it has more dead letters than are kept; retry or discard them. */
  status: z.enum(['running', 'failing', 'paused', 'halted']),
  /** Index of the next entry it gets. */
  position: z.int(),
  /** Entries that it has yet to get. */
  lag: z.int(),
  deadLetters: z.int(),
  lastError: z.string().nullable(),
  lastErrorAt: z.iso.datetime().nullable(),
  deliveredAt: z.iso.datetime().nullable(),
});
export type SinkState = z.infer<typeof SinkState>;

/** Answer of `GET /v1/sinks`. */
export const SinksAnswer = z.object({ size: z.int(), sinks: z.array(SinkState) });
export type SinksAnswer = z.infer<typeof SinksAnswer>;

/** Body of `POST /v1/sinks/{name}/replay`. */
export const ReplayBody = z.strictObject({
  /** Index of the entry to go on from. */
  from: z.int().min(0),
  /** Only says what would be sent again. */
  dryRun: z.boolean().default(false),
});
export type ReplayBody = z.infer<typeof ReplayBody>;

/** Answer of `POST /v1/sinks/{name}/replay`. */
export const ReplayAnswer = z.object({
  from: z.int(),
  /** The position before. */
  position: z.int(),
  /** Entries from `from` on that the sink gets, again or for the first time. */
  entries: z.int(),
  dryRun: z.boolean(),
});
export type ReplayAnswer = z.infer<typeof ReplayAnswer>;

/** Query of `GET /v1/sinks/{name}/dead-letters`. */
export const DeadLettersQuery = z.strictObject({ cursor: Index.default(0), limit: PageLimit });
export type DeadLettersQuery = z.infer<typeof DeadLettersQuery>;

/** An entry that a sink did not take. */
export const DeadLetter = z.object({
  index: z.int(),
  reason: z.string(),
  at: z.iso.datetime(),
  /** Whether it is being offered again. */
  retrying: z.boolean(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

/** Answer of `GET /v1/sinks/{name}/dead-letters`. */
export const DeadLetterPage = pageOf(DeadLetter);
export type DeadLetterPage = z.infer<typeof DeadLetterPage>;

/** Answer of `POST /v1/sinks/{name}/dead-letters/retry`. */
export const RetryAnswer = z.object({ retrying: z.int() });
export type RetryAnswer = z.infer<typeof RetryAnswer>;

/** Query of `GET /v1/stream`. */
export const StreamQuery = z.strictObject({
  /** Index of the last entry the caller has; absent: from the beginning. */
  after: Index.optional(),
  limit: PageLimit,
  /** Seconds to wait for news when there is nothing yet. */
  wait: z.coerce.number().int().min(0).max(25).default(0),
});
export type StreamQuery = z.infer<typeof StreamQuery>;

/** Answer of `GET /v1/stream`: what a checkpoint covers, in the log's order, without a gap. */
export const StreamAnswer = z.object({
  entries: z.array(AuditEntry),
  /** Give it back as `after`; `null` while there is nothing yet and none was given. */
  last: z.int().nullable(),
  /** Whether more is there already. */
  more: z.boolean(),
});
export type StreamAnswer = z.infer<typeof StreamAnswer>;
