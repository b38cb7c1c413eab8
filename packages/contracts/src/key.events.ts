import { z } from 'zod';
import { defineEvent } from './event.js';

/** What Gatehouse signs with (RFC 7518 §3.1, RFC 8037 §3.1). */
export const SigningAlgorithm = z.enum(['ES256', 'EdDSA', 'RS256', 'PS256']);
export type SigningAlgorithm = z.infer<typeof SigningAlgorithm>;

/** RFC 7638 thumbprint, base64url: a key is named by what it is. */
export const KeyId = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a key id is an RFC 7638 SHA-256 thumbprint');

/** What a key is called at the signer that holds its private part. */
export const ExternalKeyName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/, 'a name is 1–128 letters, digits, _ . : and -');

const Key = { keyId: KeyId, algorithm: SigningAlgorithm };

/** A key anybody may verify with from now on, and that signs nothing before `activateAt`. Never its private part. */
export const SigningKeyPublished = defineEvent(
  'SigningKeyPublished',
  'signing-key.published.v1',
  'keys.published',
  z.object({
    ...Key,
    publicJwk: z.record(z.string(), z.string()),
    activateAt: z.iso.datetime(),
    /** Absent: the issuer holds its private part itself, sealed. */
    externalName: ExternalKeyName.optional(),
  }),
);
export type SigningKeyPublished = z.infer<typeof SigningKeyPublished.schema>;

/** The key signs from now on; the one it replaces signs no more, and verifies until `retireAt`. */
export const SigningKeyActivated = defineEvent(
  'SigningKeyActivated',
  'signing-key.activated.v1',
  'keys.activated',
  z.object({
    ...Key,
    replaces: z.object({ keyId: KeyId, retireAt: z.iso.datetime() }).nullable(),
  }),
);
export type SigningKeyActivated = z.infer<typeof SigningKeyActivated.schema>;

/** Everything the key signed has expired: it is gone from the JWK Set. */
export const SigningKeyRetired = defineEvent(
  'SigningKeyRetired',
  'signing-key.retired.v1',
  'keys.retired',
  z.object(Key),
);
export type SigningKeyRetired = z.infer<typeof SigningKeyRetired.schema>;

/** Somebody else may have the key: nothing it ever signed is to be believed. */
export const SigningKeyCompromised = defineEvent(
  'SigningKeyCompromised',
  'signing-key.compromised.v1',
  'keys.compromised',
  z.object({ ...Key, reason: z.string() }),
);
export type SigningKeyCompromised = z.infer<typeof SigningKeyCompromised.schema>;
