import { z } from 'zod';
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
