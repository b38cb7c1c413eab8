import { z } from 'zod';
import { ExternalKeyName, KeyId, SigningAlgorithm } from './key.events.js';

/** A signing key as people may see it. `retiring`: signs no more, still verifies. */
export const SigningKeyView = z.object({
  keyId: KeyId,
  algorithm: SigningAlgorithm,
  status: z.enum(['pending', 'active', 'retiring', 'retired', 'compromised']),
  publicJwk: z.record(z.string(), z.string()),
  /** Its name at the signer that holds its private part; `null`: the issuer holds it. */
  externalName: ExternalKeyName.nullable(),
  publishedAt: z.iso.datetime(),
  /** When a pending key is due to sign. */
  activateAt: z.iso.datetime(),
  activatedAt: z.iso.datetime().nullable(),
  /** When a retiring key is due to leave the JWK Set. */
  retireAt: z.iso.datetime().nullable(),
  /** When it left it. */
  endedAt: z.iso.datetime().nullable(),
});
export type SigningKeyView = z.infer<typeof SigningKeyView>;

/** Answer of `GET /v1/keys`, newest first. */
export const SigningKeys = z.object({ items: z.array(SigningKeyView) });
export type SigningKeys = z.infer<typeof SigningKeys>;

/** Body of `POST /v1/keys/rotate`. */
export const RotateKeyBody = z.strictObject({
  algorithm: SigningAlgorithm.default('ES256'),
  /** How long the new key is published before it signs; default as configured. */
  leadSeconds: z.int().min(1).max(2_592_000).optional(),
});
export type RotateKeyBody = z.infer<typeof RotateKeyBody>;

/** Body of `POST /v1/keys/external`: a key whose private part is, and stays, at the signer (`KEY_SIGNER_URL`). */
export const AddExternalKeyBody = z.strictObject({
  algorithm: SigningAlgorithm.default('ES256'),
  name: ExternalKeyName,
  /** How long it is published before it signs; default as configured. */
  leadSeconds: z.int().min(1).max(2_592_000).optional(),
});
export type AddExternalKeyBody = z.infer<typeof AddExternalKeyBody>;

/** Answer of the signer to `GET <url>/keys/<name>`: the public part (RFC 7517). What else is in it is not read. */
export const SignerKey = z.object({
  kty: z.enum(['EC', 'OKP', 'RSA']),
  crv: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
});
export type SignerKey = z.infer<typeof SignerKey>;

/** Answer of the signer to `POST <url>/keys/<name>/sign { algorithm, data }`; both texts are base64url, the signature as RFC 7518 §3 has it. */
export const SignerSignature = z.object({ signature: z.string().regex(/^[A-Za-z0-9_-]{1,2048}$/) });
export type SignerSignature = z.infer<typeof SignerSignature>;
