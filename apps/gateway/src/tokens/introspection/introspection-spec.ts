import { TenantId } from '@gatehouse/contracts';
import { z } from 'zod';

/** An outside issuer of opaque tokens, asked about each (RFC 7662). */
export const IntrospectionSpec = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).describe('Its introspection endpoint.'),
  tokenPrefix: z
    .string()
    .regex(/^[A-Za-z0-9._~+/-]{0,64}$/, 'at most 64 characters that a token may hold')
    .default('')
    .describe('Only tokens that begin so are asked about; the longest prefix wins. Empty: all others.'),
  clientId: z.string().min(1).max(256),
  /** Its secret alone, in a file relative to gateway.yaml; read again on every reload. */
  clientSecretFile: z.string().min(1),
  /** Whose tokens these are. */
  tenant: TenantId.default('default'),
  audience: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe('What `aud` must name; absent: it is not looked at.'),
  cacheSeconds: z
    .int()
    .min(1)
    .max(300)
    .default(10)
    .describe(
      'How long an answer is believed: a token revoked there is let through here for at most so long.',
    ),
});
export type IntrospectionSpec = z.infer<typeof IntrospectionSpec>;
