import { z } from 'zod';
import { KeyId, SigningAlgorithm } from './key.events.js';

/** A signing key as people may see it. `retiring`: signs no more, still verifies. */
export const SigningKeyView = z.object({
  keyId: KeyId,
  algorithm: SigningAlgorithm,
  status: z.enum(['pending', 'active', 'retiring', 'retired', 'compromised']),
  publicJwk: z.record(z.string(), z.string()),
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
