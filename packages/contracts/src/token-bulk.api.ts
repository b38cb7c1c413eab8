import { z } from 'zod';
import { ImportKeyId } from './import-key.fields.js';
import { Problem } from './problem.js';
import { IssueTokenBody, ReasonBody } from './token.api.js';

const MOST_AT_ONCE = 1000;

/** Body of `POST /v1/tokens/bulk`. Items are checked one by one, so that a wrong one does not hold up the others. */
export const BulkIssueBody = z.strictObject({ tokens: z.array(z.unknown()).min(1).max(MOST_AT_ONCE) });
export type BulkIssueBody = z.infer<typeof BulkIssueBody>;

const hashOfKey = (kind: string) =>
  z
    .string()
    .regex(
      /^([0-9a-fA-F]{64}|[A-Za-z0-9_-]{43})$/,
      `${kind} of the key: 64 hexadecimal digits, or base64url`,
    );

/** A key that another system issued and that goes on working here. */
export const ImportedToken = IssueTokenBody.extend({
  /** SHA-256 of the whole key as its clients send it: 64 hexadecimal digits, or base64url. */
  sha256: hashOfKey('SHA-256').optional(),
  /** Or its HMAC-SHA-256, written likewise, under the import key named beside it (`POST /v1/import-keys`). */
  hmacSha256: hashOfKey('HMAC-SHA-256').optional(),
  importKeyId: ImportKeyId.optional(),
  /** The key's last four characters, for people to know it by. */
  last4: z
    .string()
    .regex(/^[\x21-\x7e]{4}$/, 'four visible characters')
    .optional(),
})
  .refine(
    ({ sha256, hmacSha256 }) => (sha256 === undefined) !== (hmacSha256 === undefined),
    'send either sha256 or hmacSha256',
  )
  .refine(
    ({ hmacSha256, importKeyId }) => (hmacSha256 === undefined) === (importKeyId === undefined),
    'send importKeyId with hmacSha256, and only with it',
  );
export type ImportedToken = z.infer<typeof ImportedToken>;

/** Body of `POST /v1/tokens/import`. Items are checked one by one, so that a wrong one does not hold up the others. */
export const ImportTokensBody = z.strictObject({ tokens: z.array(z.unknown()).min(1).max(MOST_AT_ONCE) });
export type ImportTokensBody = z.infer<typeof ImportTokensBody>;

/** Body of `POST /v1/tokens/bulk-revoke`. */
export const BulkRevokeBody = z.strictObject({
  ids: z.array(z.string()).min(1).max(MOST_AT_ONCE),
  reason: ReasonBody.shape.reason,
});
export type BulkRevokeBody = z.infer<typeof BulkRevokeBody>;

/** Answer of the bulk endpoints: one result for each item, in the order asked. */
export const bulkOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    results: z.array(
      z.discriminatedUnion('ok', [
        z.object({ ok: z.literal(true), value: item }),
        z.object({ ok: z.literal(false), problem: Problem }),
      ]),
    ),
  });
