import { z } from 'zod';
import { EventQuarantined, IntakeStream } from './audit.events.js';
import { IpRange } from './cidr.js';
import { PositionString } from './event.js';
import { PageLimit, pageOf } from './page.js';
import { PersonalData } from './user.fields.js';

const Index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const Instant = z.iso.datetime({ offset: true, error: 'expected an instant, e.g. 2026-01-31T00:00:00Z' });

/** Query of `GET /v1/entries`: all that is given must hold. `cursor` is the index to start from, itself included. */
export const EntriesQuery = z.strictObject({
  token: z.string().max(64).optional(),
  /** The event's name in code, e.g. `TokenRevoked`, or its type as on the wire. */
  type: z.string().max(100).optional(),
  tenant: z.string().max(63).optional(),
  eventId: z.string().max(200).optional(),
  /** Who did it: `token:<id>`, `user:<id>`, `system:<service>`. */
  actor: z.string().max(200).optional(),
  application: z.string().max(200).optional(),
  /** The user whom it is about. */
  person: z.string().max(200).optional(),
  /** Where it came from: an IP address or a CIDR block. Needs `audit:personal`. */
  address: IpRange.optional(),
  /** `success`, `failure`, or what the event itself says. */
  outcome: z.string().max(200).optional(),
  /** Words that all occur in it; "in quotation marks" one after the other, -without. */
  text: z.string().min(1).max(200).optional(),
  /** Not before. */
  from: Instant.optional(),
  /** Before. */
  to: Instant.optional(),
  order: z.enum(['oldest', 'newest']).default('oldest'),
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
  /** Personal fields were left out, for want of `audit:personal`: the leaf hash is that of the whole event. */
  redacted: z.literal(true).optional(),
  /** Its body expired under the retention policy: `event` is what the log still says of it; the leaf hash stays that of the whole event. */
  expired: z.literal(true).optional(),
  /**
   * Who the sealed fields of the event are about, for a reader with `audit:personal` whom the issuer lets see people of his
   * tenant (`users:read`). `erased`: the person's key is gone, for good. `sealed`: the issuer did not say.
   */
  person: z
    .discriminatedUnion('status', [
      PersonalData.extend({ status: z.literal('open') }),
      z.object({ status: z.literal('erased') }),
      z.object({ status: z.literal('sealed') }),
    ])
    .optional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Answer of `GET /v1/entries`. */
export const EntryPage = pageOf(AuditEntry).extend({
  /** Entries from this index on were not looked at: none is signed for, or the index is still on its way. */
  searchedTo: z.int(),
});
export type EntryPage = z.infer<typeof EntryPage>;

/** Answer of `GET /v1/log`. */
export const LogIdentity = z.object({
  /** The log's name. */
  origin: z.string(),
  /** C2SP verifier key of its checkpoints. */
  verifierKey: z.string(),
  /** Leaves that the latest checkpoint covers. */
  size: z.int(),
});
export type LogIdentity = z.infer<typeof LogIdentity>;

/** Query of `GET /v1/export`. */
export const ExportQuery = z.strictObject({
  /** `ndjson` is what `gatehouse audit verify` reads; `csv` has a proof in each row. */
  format: z.enum(['ndjson', 'csv']).default('ndjson'),
});
export type ExportQuery = z.infer<typeof ExportQuery>;

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
  channels: z.object({
    issuer: z.int(),
    requests: z.int(),
    /** Decisions about the log itself. */
    audit: z.int().default(0),
  }),
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
  /** Those that can never be logged, and that it was decided to leave out. */
  quarantined: z.int().default(0),
  missing: z.array(FeedEntry),
  /** Logged under the same id with other content. */
  altered: z.array(FeedEntry),
  /** How many of the missing were logged now. */
  refilled: z.int(),
  /** Where to go on; `null` at the end. */
  next: PositionString.nullable(),
});
export type ReconcileAnswer = z.infer<typeof ReconcileAnswer>;

/** Something that was received and can never be logged. */
export const PoisonView = EventQuarantined.data.omit({ reason: true });
export type PoisonView = z.infer<typeof PoisonView>;

/** Answer of `GET /v1/quarantine`: what each stream has halted at, if it has. */
export const PoisonList = z.object({ items: z.array(PoisonView) });
export type PoisonList = z.infer<typeof PoisonList>;

/** Body of `POST /v1/quarantine`: the stream goes on without what it halted at, and an entry says so. */
export const QuarantineBody = z.strictObject({
  stream: IntakeStream,
  /** Of what was looked at, as `GET /v1/quarantine` says. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  /** Why it may be left out; kept in the log. */
  reason: z.string().trim().min(1).max(500),
});
export type QuarantineBody = z.infer<typeof QuarantineBody>;
