import { z } from 'zod';
import { Resource } from './application.fields.js';
import { SigningAlgorithm } from './key.events.js';

export const ResourceId = z
  .string()
  .regex(/^res_[0-9a-f]{32}$/, 'a resource’s id is res_ and 32 hexadecimal digits');

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]{20,1400}$/, 'base64url without padding');
const KeyFacts = { kid: z.string().min(1).max(200).optional(), use: z.literal('enc').optional() };

/** How tokens are encrypted for a resource (RFC 7516): to a public key of its own, by A256GCM. */
export const TokenEncryption = z.discriminatedUnion('alg', [
  z.strictObject({
    alg: z.literal('ECDH-ES'),
    jwk: z.strictObject({
      kty: z.literal('EC'),
      crv: z.enum(['P-256', 'P-384']),
      x: Base64Url,
      y: Base64Url,
      ...KeyFacts,
    }),
  }),
  z.strictObject({
    alg: z.literal('RSA-OAEP-256'),
    jwk: z.strictObject({
      kty: z.literal('RSA'),
      n: Base64Url,
      e: z.string().regex(/^[A-Za-z0-9_-]{1,12}$/, 'base64url of the exponent, AQAB as a rule'),
      ...KeyFacts,
    }),
  }),
]);
export type TokenEncryption = z.infer<typeof TokenEncryption>;

/** What tokens for a resource look like. */
export const ResourceTerms = z.object({
  resource: Resource,
  name: z.string(),
  /** Instead of the application's. */
  signingAlgorithm: SigningAlgorithm.optional(),
  /** Its tokens are signed, then encrypted: nobody but the resource reads their claims. */
  encryption: TokenEncryption.optional(),
});
export type ResourceTerms = z.infer<typeof ResourceTerms>;
