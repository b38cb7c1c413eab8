import { TenantId } from '@gatehouse/contracts';
import { z } from 'zod';
import { ClaimGrant, ClaimPlaces } from './claims-spec.js';

const Audience = z.string().min(1).max(512);

const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
] as const;

/** One issuer of JWT access tokens (RFC 9068, or something like it). */
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
    /** What its tokens may be signed with; all but ES256 and EdDSA are taken only where they are named. */
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['ES256', 'EdDSA']),
    type: z
      .enum(['at+jwt', 'JWT'])
      .default('at+jwt')
      .describe(
        'The `typ` of its access tokens. `JWT` takes those of that type and of none as well, for issuers that do not follow RFC 9068: only `audience` tells their ID tokens from access tokens then.',
      ),
    claims: ClaimPlaces.prefault({}).describe('Where its tokens say what, as JSON Pointers (RFC 6901).'),
    grants: z
      .array(ClaimGrant)
      .max(100)
      .default([])
      .describe('Scopes its tokens have for what else they say; beside those they name.'),
  })
  .refine(
    (spec) => (spec.jwksFile === undefined) !== (spec.jwksUri === undefined),
    'either jwksFile or jwksUri',
  );
export type IssuerSpec = z.infer<typeof IssuerSpec>;
