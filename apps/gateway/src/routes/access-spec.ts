import { IpRange, Scope, TenantId } from '@gatehouse/contracts';
import { z } from 'zod';
import { CredentialsSpec } from './key-header.js';
import { Method } from './place-spec.js';

/** Who is let through on a route of gateway.yaml. */
export const accessFields = {
  /** Only tokens of this tenant are let through. */
  tenant: TenantId.default('default'),
  /** What a token must hold, by method; `*` covers the methods not named. A method that is not covered is refused. */
  scopes: z
    .record(z.union([z.literal('*'), Method]), z.array(Scope).max(50))
    .refine((scopes) => Object.keys(scopes).length > 0, 'at least one method or "*"'),
  /** Absent: `Authorization: Bearer` alone. */
  credentials: CredentialsSpec.optional(),
  ipAllow: z.array(IpRange).max(1000).optional(),
  ipDeny: z.array(IpRange).max(1000).optional(),
  /** Past this age of the gateway's view a token is looked up again; when it cannot be, 503. */
  staleSeconds: z.int().min(2).max(3_600).default(10),
  /** Replaces the list of the file for this route. */
  trustedProxies: z.array(IpRange).max(1000).optional(),
};
