import { z } from 'zod';
import { PositionString, TenantId } from './event.js';
import { IdentityLimit } from './identity.fields.js';
import { RoleName } from './roles.js';
import { TokenId } from './token.fields.js';

/** A key of another system, 8 to 512 visible ASCII characters. */
export const ForeignToken = z.string().regex(/^[\x21-\x7e]{8,512}$/, '8 to 512 visible ASCII characters');

/** Body of `POST /v1/tokens/lookup`: base64url SHA-256 of a token. */
export const LookupBody = z.strictObject({
  digest: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a base64url SHA-256 digest'),
  /**
   * The key itself, where it may have been imported by its HMAC: that cannot be had from a digest. Only of another system,
   * and only for the tenant whose imported keys it may be.
   */
  presented: z.strictObject({ token: ForeignToken, tenant: TenantId }).optional(),
});
export type LookupBody = z.infer<typeof LookupBody>;

/** What a guard needs to know of a token. `asOf`: every event up to this position is reflected. */
export const LookupAnswer = z.discriminatedUnion('found', [
  z.object({ found: z.literal(false), asOf: PositionString }),
  z.object({
    found: z.literal(true),
    asOf: PositionString,
    tokenId: TokenId,
    tenant: TenantId,
    /** `retired`: the token lives, but not with this secret. */
    status: z.enum(['active', 'suspended', 'retired', 'revoked']),
    scopes: z.array(z.string()),
    ipAllow: z.array(z.string()),
    /** From where it is refused, whatever `ipAllow` says; absent: from nowhere. */
    ipDeny: z.array(z.string()).optional(),
    /** When this secret ceases to work, by the token's expiry or the end of its rotation's overlap. */
    expiresAt: z.iso.datetime().nullable(),
    /** Which of the token's secrets was presented. */
    secretId: z.string().min(1),
    /** Whose limits it shares; absent: nobody's. */
    identityId: z.string().optional(),
    /** What all tokens of its identity together may do in each window; absent: its identity has no limits. */
    limits: z.array(IdentityLimit).optional(),
    /** Whose credits it spends, its own and its identity's; absent: nobody's. */
    creditHolders: z.array(z.string()).optional(),
    /** To which application it was issued; absent: to none. */
    applicationId: z.string().optional(),
    /** For whom; absent: for nobody in particular. */
    userId: z.string().optional(),
    /** What its holder pays for; absent: it is on no plan. */
    plan: z.string().optional(),
    /** The roles that its scopes name; absent: none. */
    roles: z.array(RoleName).optional(),
  }),
]);
export type LookupAnswer = z.infer<typeof LookupAnswer>;
