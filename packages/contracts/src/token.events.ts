import { z } from 'zod';
import { CreditTerms } from './credit.fields.js';
import { defineEvent } from './event.js';
import { ImportKeyId } from './import-key.fields.js';
import { MetadataMap, RotationPolicy, Scope, TokenId } from './token.fields.js';

/** What is known of a secret besides itself: never the secret, only its keyed hash. */
export const SecretData = z.object({
  id: z.string().min(1),
  /**
   * HMAC-SHA-256, base64url, of the token's SHA-256 digest under the pepper named beside it; of an imported HMAC, with its
   * key's id before it, where there is an `importKeyId`.
   */
  hash: z.string().min(1),
  pepperVersion: z.int().min(1),
  /** The last four characters, for people. */
  last4: z.string().length(4),
  /** Under which import key the secret is found; absent: by its digest. */
  importKeyId: ImportKeyId.optional(),
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
    /** CIDR blocks it may not be used from, whatever `ipAllow` says; absent: nowhere is denied. */
    ipDeny: z.array(z.string()).optional(),
    metadata: MetadataMap,
    secret: SecretData,
    /** Whom it is for; absent: nobody in particular. */
    applicationId: z.string().optional(),
    userId: z.string().optional(),
    /** The service account it is for: it never holds more than that one. */
    serviceAccountId: z.string().optional(),
    /** Whose limits and credits it shares; absent: nobody's. */
    identityId: z.string().optional(),
    /** Absent: it is on none. */
    plan: z.string().optional(),
    /** Absent: not protected. */
    protected: z.boolean().optional(),
    /** Absent: the secret may stay for the token's whole life. */
    rotation: RotationPolicy.optional(),
    /** Absent: what is done with it is not counted. */
    credits: CreditTerms.optional(),
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

/** What of a token was changed; only changed fields are present, each with its new value. */
export const TokenUpdated = defineEvent(
  'TokenUpdated',
  'token.updated.v1',
  'tokens.updated',
  z.object({
    tokenId: TokenId,
    changes: z.object({
      name: z.string().optional(),
      scopes: z.array(Scope).optional(),
      ipAllow: z.array(z.string()).optional(),
      ipDeny: z.array(z.string()).optional(),
      metadata: MetadataMap.optional(),
      identityId: z.string().nullable().optional(),
      plan: z.string().nullable().optional(),
      protected: z.boolean().optional(),
      rotation: RotationPolicy.nullable().optional(),
      /** What may be spent from this event on; `null`: no longer counted. */
      credits: CreditTerms.nullable().optional(),
    }),
  }),
);
export type TokenUpdated = z.infer<typeof TokenUpdated.schema>;

/** A rotation: a second secret works beside the first until the overlap ends (S6). */
export const TokenSecretAdded = defineEvent(
  'TokenSecretAdded',
  'token.secret-added.v1',
  'tokens.secret-added',
  z.object({
    tokenId: TokenId,
    secret: SecretData,
    /** Until when the secrets from before still work. */
    previousRetireAt: z.iso.datetime(),
  }),
);
export type TokenSecretAdded = z.infer<typeof TokenSecretAdded.schema>;

/** A secret that no longer works; the token lives on with its others. */
export const TokenSecretRetired = defineEvent(
  'TokenSecretRetired',
  'token.secret-retired.v1',
  'tokens.secret-retired',
  z.object({ tokenId: TokenId, secretId: z.string().min(1) }),
);
export type TokenSecretRetired = z.infer<typeof TokenSecretRetired.schema>;

/** The token is refused until it is resumed. */
export const TokenSuspended = defineEvent(
  'TokenSuspended',
  'token.suspended.v1',
  'tokens.suspended',
  z.object({
    tokenId: TokenId,
    reason: z.string(),
    /** Suspended with this service account: it is resumed with it. */
    serviceAccountId: z.string().optional(),
  }),
);
export type TokenSuspended = z.infer<typeof TokenSuspended.schema>;

export const TokenResumed = defineEvent(
  'TokenResumed',
  'token.resumed.v1',
  'tokens.resumed',
  z.object({ tokenId: TokenId, reason: z.string() }),
);
export type TokenResumed = z.infer<typeof TokenResumed.schema>;

/** A secret of the token was seen where it must not be (S9). What was done about it follows in the same append. */
export const TokenLeakReported = defineEvent(
  'TokenLeakReported',
  'token.leak-reported.v1',
  'tokens.leak-reported',
  z.object({
    tokenId: TokenId,
    leakId: z.string().min(1),
    /** Which secret leaked. */
    secretId: z.string().min(1),
    /** What kind of place it was seen in, e.g. `commit`, `chat`. */
    source: z.string(),
    /** Where it was seen, tokens within blotted out; may be empty. */
    url: z.string(),
    action: z.enum(['suspended', 'revoked', 'none']),
  }),
);
export type TokenLeakReported = z.infer<typeof TokenLeakReported.schema>;

/** By the token's policy its newest secret is to be replaced by then. Said once for each secret, so many days before. */
export const TokenRotationDue = defineEvent(
  'TokenRotationDue',
  'token.rotation-due.v1',
  'tokens.rotation-due',
  z.object({ tokenId: TokenId, secretId: z.string().min(1), dueAt: z.iso.datetime() }),
);
export type TokenRotationDue = z.infer<typeof TokenRotationDue.schema>;

/** The token expires within the next seven days. Said once; never of a token made for less than that. */
export const TokenExpiring = defineEvent(
  'TokenExpiring',
  'token.expiring.v1',
  'tokens.expiring',
  z.object({ tokenId: TokenId, expiresAt: z.iso.datetime() }),
);
export type TokenExpiring = z.infer<typeof TokenExpiring.schema>;
