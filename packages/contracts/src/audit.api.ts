import { z } from 'zod';
import { PositionString } from './event.js';
import { PageLimit } from './page.js';

const Index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Query of `GET /v1/entries`. Newest last; `cursor` is the index to start from. */
export const EntriesQuery = z.strictObject({
  token: z.string().max(64).optional(),
  /** The event's name in code, e.g. `TokenRevoked`. */
  type: z.string().max(64).optional(),
  tenant: z.string().max(63).optional(),
  eventId: z.string().max(200).optional(),
  cursor: Index.optional(),
  limit: PageLimit,
});
export type EntriesQuery = z.infer<typeof EntriesQuery>;

/** One leaf of the log. */
export const AuditEntry = z.object({
  index: z.int(),
  /** RFC 9162 §2.1.1 leaf hash, base64. */
  leafHash: z.string(),
  eventId: z.string(),
  /** Wire type, e.g. `token.issued.v1`. */
  type: z.string(),
  source: z.string(),
  subject: z.string(),
  tenant: z.string(),
  actor: z.string(),
  /** The token it is about, if any. */
  token: z.string().nullable(),
  at: z.iso.datetime(),
  /** The logged event; its RFC 8785 form is the leaf's content. */
  event: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Query of `GET /v1/proof/inclusion`. */
export const InclusionQuery = z.strictObject({ index: Index, size: Index.optional() });
export type InclusionQuery = z.infer<typeof InclusionQuery>;

/** RFC 9162 §2.1.3: hashes are base64. */
export const InclusionProof = z.object({
  index: z.int(),
  size: z.int(),
  leafHash: z.string(),
  proof: z.array(z.string()),
});
export type InclusionProof = z.infer<typeof InclusionProof>;

/** Query of `GET /v1/proof/consistency`. */
export const ConsistencyQuery = z.strictObject({ from: Index, to: Index.optional() });
export type ConsistencyQuery = z.infer<typeof ConsistencyQuery>;

/** RFC 9162 §2.1.4: hashes are base64. */
export const ConsistencyProof = z.object({ from: z.int(), to: z.int(), proof: z.array(z.string()) });
export type ConsistencyProof = z.infer<typeof ConsistencyProof>;

/** Answer of `GET /v1/counts`: how much of what the log holds, all of it at one moment. */
export const LogCounts = z.object({
  size: z.int(),
  /** How far the issuer's events have been logged. */
  issuerPosition: PositionString,
  /** Leaves by where the event came from: the issuer's feed, or the gateways' request batches. */
  channels: z.object({ issuer: z.int(), requests: z.int() }),
  /** The request batches of each gateway, which count up from 1. */
  gateways: z.array(
    z.object({
      gateway: z.string(),
      /** Batches of which every part is logged. */
      batches: z.int(),
      highestBatch: z.int(),
      missing: z.int(),
      /** The first of the missing, as ranges: at most 100. */
      missingRanges: z.array(z.object({ from: z.int(), to: z.int() })),
    }),
  ),
});
export type LogCounts = z.infer<typeof LogCounts>;

/** Body of `POST /v1/reconcile`: one page of the issuer's feed is held against the log. */
export const ReconcileBody = z.strictObject({
  /** Exclusive; `"0.0"` is the beginning. */
  after: PositionString,
  /** Events after this one are left for later; the log may not have come to them yet. */
  through: PositionString,
  /** Whether to log what is missing. */
  refill: z.boolean(),
});
export type ReconcileBody = z.infer<typeof ReconcileBody>;

const FeedEntry = z.object({ eventId: z.string(), type: z.string(), position: PositionString });

/** Answer of `POST /v1/reconcile`. */
export const ReconcileAnswer = z.object({
  /** Events of this page. */
  events: z.int(),
  /** Those of them that the log held, as they are in the feed. */
  logged: z.int(),
  missing: z.array(FeedEntry),
  /** Logged under the same id with other content. */
  altered: z.array(FeedEntry),
  /** How many of the missing were logged now. */
  refilled: z.int(),
  /** Where to go on; `null` at the end. */
  next: PositionString.nullable(),
});
export type ReconcileAnswer = z.infer<typeof ReconcileAnswer>;
