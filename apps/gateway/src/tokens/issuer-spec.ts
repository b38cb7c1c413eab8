import { TenantId } from '@gatehouse/contracts';
import { z } from 'zod';

const Audience = z.string().min(1).max(512);

/** One issuer of JWT access tokens (RFC 9068). */
export const IssuerSpec = z
  .strictObject({
    issuer: z.string().min(1).max(512),
    /** Whom its tokens may be for; of several, any. A route may ask for one of them. */
    audience: z.union([Audience, z.array(Audience).min(1).max(100)]),
    /** Whose tokens these are. */
    tenant: TenantId.default('default'),
    /** A JWK Set on disk, relative to gateway.yaml; read again on every reload. */
    jwksFile: z.string().min(1).optional(),
    jwksUri: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
    /** What its tokens may be signed with; RS256 and PS256 are taken only where they are named. */
    algorithms: z
      .array(z.enum(['ES256', 'EdDSA', 'RS256', 'PS256']))
      .min(1)
      .default(['ES256', 'EdDSA']),
  })
  .refine(
    (spec) => (spec.jwksFile === undefined) !== (spec.jwksUri === undefined),
    'either jwksFile or jwksUri',
  );
export type IssuerSpec = z.infer<typeof IssuerSpec>;
