import { IpRange, Resource, RoleNeed, RouteScopes, TenantId } from '@gatehouse/contracts';
import { z } from 'zod';
import { CredentialsSpec } from './key-header.js';

/** Who is let through on a route of gateway.yaml. */
export const accessFields = {
  /** Only tokens of this tenant are let through. */
  tenant: TenantId.default('default'),
  scopes: RouteScopes,
  /** Tokens that name whom they are for (`aud`) must name this; API tokens of Gatehouse name nobody. Absent: any that their issuer may be for. */
  audience: Resource.optional(),
  /** What a token's `roles` must hold: all of a list, or one of `{ any: [...] }`. */
  roles: RoleNeed.optional(),
  /** Absent: `Authorization: Bearer` alone. */
  credentials: CredentialsSpec.optional(),
  ipAllow: z.array(IpRange).max(1000).optional(),
  ipDeny: z.array(IpRange).max(1000).optional(),
  /** Past this age of the gateway's view a token is looked up again; when it cannot be, 503. */
  staleSeconds: z.int().min(2).max(3_600).default(10),
  /** Replaces the list of the file for this route. */
  trustedProxies: z.array(IpRange).max(1000).optional(),
};
