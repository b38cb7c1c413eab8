import { z } from 'zod';
import { defineEvent } from './event.js';
import { MetadataMap, Scope, TokenId } from './token.fields.js';

/** What is known of a secret besides itself: never the secret, only its keyed hash. */
export const SecretData = z.object({
  id: z.string().min(1),
  /** HMAC-SHA-256, base64url, of the token's SHA-256 digest under the pepper named beside it. */
  hash: z.string().min(1),
  pepperVersion: z.int().min(1),
  /** The last four characters, for people. */
  last4: z.string().length(4),
});

export const TokenIssued = defineEvent(
  'TokenIssued',
  'token.issued.v1',
  'tokens.issued',
  z.object({
    tokenId: TokenId,
    name: z.string(),
    scopes: z.array(Scope),
    /** `null`: never. */
    expiresAt: z.iso.datetime().nullable(),
    /** CIDR blocks the token may be used from; empty: anywhere. */
    ipAllow: z.array(z.string()),
    metadata: MetadataMap,
    secret: SecretData,
  }),
);
export type TokenIssued = z.infer<typeof TokenIssued.schema>;

export const TokenRevoked = defineEvent(
  'TokenRevoked',
  'token.revoked.v1',
  'tokens.revoked',
  z.object({ tokenId: TokenId, reason: z.string() }),
);
export type TokenRevoked = z.infer<typeof TokenRevoked.schema>;
