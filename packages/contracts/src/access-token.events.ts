import { z } from 'zod';
import { defineEvent } from './event.js';
import { KeyId } from './key.events.js';
import { ServiceAccountId } from './service-account.fields.js';
import { TrustedIssuerId } from './trusted-issuer.fields.js';
import { Scope, TokenId, UseId } from './token.fields.js';

/**
 * An OAuth 2.0 access token was issued by a grant. Its stream is the token's: its `jti` when it is a JWT (RFC 9068). It
 * commits before the token exists, so there may be an event whose token nobody ever received, but no token without one.
 */
export const AccessTokenIssued = defineEvent(
  'AccessTokenIssued',
  'access-token.issued.v1',
  'tokens.access-issued',
  z.object({
    tokenId: TokenId,
    /** RFC 6749 `grant_type`. */
    grantType: z.string().max(200),
    applicationId: z.string(),
    /** `null`: the application acts for itself. */
    userId: z.string().nullable(),
    /** RFC 8707 resource; `null`: only the issuer's own userinfo endpoint. */
    audience: z.string().nullable(),
    scopes: z.array(Scope),
    expiresAt: z.iso.datetime(),
    format: z.enum(['jwt', 'opaque']),
    /** The key a JWT is signed with. */
    keyId: KeyId.nullable(),
    /** What the user allowed; every token of one grant is revoked together. */
    grantId: z.string().nullable(),
    /** The API token it was exchanged for (RFC 8693): it ends with that one. */
    subjectTokenId: TokenId.nullable(),
    /** RFC 9449 §6.1: thumbprint of the key the token is bound to. */
    jkt: z.string().nullable(),
    /** RFC 8705 §3.1: SHA-256 of the certificate the token is bound to, base64url. */
    certificateThumbprint: z.string().optional(),
    /** The workload it was given to, and on whose word (RFC 7523, RFC 8693). */
    workload: z.object({ trustedIssuerId: TrustedIssuerId, subject: z.string().max(500) }).optional(),
    /** The service account its application acts as: it ends with that one. */
    serviceAccountId: ServiceAccountId.optional(),
    /** Good for one request. */
    singleUse: z.literal(true).optional(),
  }),
);
export type AccessTokenIssued = z.infer<typeof AccessTokenIssued.schema>;

/** The one request that a single-use access token is good for was let through. It commits before the request goes on. */
export const AccessTokenConsumed = defineEvent(
  'AccessTokenConsumed',
  'access-token.consumed.v1',
  'tokens.access-consumed',
  z.object({ tokenId: TokenId, useId: UseId }),
);
export type AccessTokenConsumed = z.infer<typeof AccessTokenConsumed.schema>;
