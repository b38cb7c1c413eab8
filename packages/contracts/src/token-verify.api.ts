import { z } from 'zod';
import { CreditCost, CreditView } from './credit.fields.js';
import { IdentityId } from './identity.fields.js';
import { LookupBody } from './token-lookup.api.js';
import { Scope, TokenId } from './token.fields.js';

/** Body of `POST /v1/tokens/verify`: for programs that guard something without a gateway. */
export const VerifyTokenBody = z
  .strictObject({
    /** The token as received; or, so that it need not travel, its `digest`. */
    token: z.string().max(8192).optional(),
    digest: LookupBody.shape.digest.optional(),
    /** Every scope the request needs. */
    scopes: z.array(Scope).max(100).optional(),
    /** The client's address, checked against the token's list. */
    ip: z.union([z.ipv4(), z.ipv6()]).optional(),
    /** What the request takes of the token's credits, and of its identity's credits and limits: default 1; 0 asks without spending. */
    cost: CreditCost.optional(),
  })
  .refine(
    (body) => (body.token === undefined) !== (body.digest === undefined),
    'send either token or digest',
  );
export type VerifyTokenBody = z.infer<typeof VerifyTokenBody>;

/** `valid`, or the problem code a gateway would refuse with. */
export const VerdictCode = z.enum([
  'valid',
  'token-malformed',
  'token-unknown',
  'token-expired',
  'token-revoked',
  'token-suspended',
  'secret-retired',
  'scope-insufficient',
  'ip-not-allowed',
  'credits-exhausted',
  'rate-limited',
]);
export type VerdictCode = z.infer<typeof VerdictCode>;

const CreditsLeft = CreditView.pick({ remaining: true, refillsAt: true });

/** Answer of `POST /v1/tokens/verify`: always 200, because the question was answered. Refused, it has cost nothing. */
export const TokenVerdict = z.object({
  valid: z.boolean(),
  code: VerdictCode,
  /** Absent where no token of the caller's tenant was found. */
  token: z
    .object({
      id: TokenId,
      secretId: z.string(),
      scopes: z.array(z.string()),
      expiresAt: z.iso.datetime().nullable(),
      /** What is left after this request; absent: it has no credits, or they were not asked. */
      credits: CreditsLeft.optional(),
      /** Absent: it belongs to none. What is left of credits and limits is told with `valid`. */
      identity: z
        .object({
          id: IdentityId,
          externalId: z.string(),
          credits: CreditsLeft.optional(),
          limits: z
            .array(z.object({ name: z.string(), remaining: z.int(), resetsAt: z.iso.datetime() }))
            .optional(),
        })
        .optional(),
    })
    .optional(),
  /** With `rate-limited`: which of the identity's limits has no room. */
  limit: z.string().optional(),
  /** With `credits-exhausted` and `rate-limited`: when there will be more; `null`: not by itself. */
  retryAt: z.iso.datetime().nullable().optional(),
});
export type TokenVerdict = z.infer<typeof TokenVerdict>;
