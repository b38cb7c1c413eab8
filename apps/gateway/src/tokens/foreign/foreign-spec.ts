import { TenantId } from '@gatehouse/contracts';
import { z } from 'zod';

const SHORTEST = 16;
const LONGEST = 512;

/** Keys of another system that were imported at the issuer: how they are written, and whose they are. */
export const ForeignTokensSpec = z
  .strictObject({
    /** The tenant that has imported them. */
    tenant: TenantId.default('default'),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9._~-]{0,64}$/, 'at most 64 characters of A–Z, a–z, 0–9, ".", "_", "~" and "-"')
      .default('')
      .describe('How each of them begins; part of the key.'),
    characters: z
      .enum(['hex', 'alphanumeric', 'base64url', 'base64'])
      .default('base64url')
      .describe('What follows the prefix is made of.'),
    minLength: z.int().min(SHORTEST).max(LONGEST).describe('Of the whole key.'),
    maxLength: z.int().min(SHORTEST).max(LONGEST).describe('Of the whole key.'),
    presented: z
      .boolean()
      .default(false)
      .describe(
        'Whether the issuer is shown the key itself beside its digest: keys imported by their HMAC are found no other way.',
      ),
  })
  .refine(({ minLength, maxLength }) => minLength <= maxLength, 'minLength is at most maxLength')
  .refine(
    ({ prefix, minLength }) => minLength - prefix.length >= SHORTEST,
    `minLength leaves at least ${SHORTEST} characters beside the prefix`,
  );
export type ForeignTokensSpec = z.infer<typeof ForeignTokensSpec>;
