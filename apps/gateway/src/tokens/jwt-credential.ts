import { TENANT_CLAIM } from '@gatehouse/contracts';
import type { JWTPayload } from 'jose';
import { refusals } from '../request/refusals.js';
import { bindingOf } from './binding/binding.js';
import type { JwtIssuers } from './jwt-issuers.js';
import type { Resolution } from './resolution.js';
import { scopeSet } from './scope-sets.js';

const MAX_ID = 64;
const MAX_CLAIM = 256;

/** What else than its claims is known of a verified JWT. */
export interface VerifiedBy {
  readonly issuers: JwtIssuers;
  readonly tenant: string;
  readonly keyId: string;
}

/** The holder of a verified JWT access token (RFC 9068 §2.2). */
export function jwtCredential(claims: JWTPayload, { issuers, tenant, keyId }: VerifiedBy): Resolution {
  const { jti, exp, iat, sub } = claims;
  const binding = bindingOf(claims['cnf']);
  if (!jti || jti.length > MAX_ID || !exp || !iat || binding === null)
    return { refusal: refusals.tokenMalformed };
  // An issuer of many tenants says whose it is; any of them may have registered this audience.
  if ((claims[TENANT_CLAIM] ?? tenant) !== tenant) return { refusal: refusals.tokenForeign };
  const scope = textOf(claims['scope'], Number.POSITIVE_INFINITY);
  const applicationId = textOf(claims['client_id']);
  return {
    credential: {
      tokenId: jti,
      tenant,
      scopes: scopeSet(scope),
      scope,
      roles: scopeSet(rolesOf(claims['roles'])),
      applicationId,
      userId: sub === applicationId ? '' : textOf(sub), // an application that acts for itself is no user
      plan: textOf(claims['plan']),
      secretId: '',
      binding,
      keyId,
      ipAllow: undefined,
      expiresAtMs: exp * 1000,
      goodAtMs: iat * 1000,
      confirmedAt: Number.NEGATIVE_INFINITY, // nobody was asked
      asOf: undefined,
      issuers,
      newerThan: undefined,
    },
  };
}

/** RFC 9068 §2.2.3.1: an array of names. */
const rolesOf = (roles: unknown): string =>
  Array.isArray(roles)
    ? roles.filter((role) => typeof role === 'string' && /^\S{1,128}$/.test(role)).join(' ')
    : '';

const textOf = (claim: unknown, longest = MAX_CLAIM): string =>
  typeof claim === 'string' && claim.length <= longest ? claim : '';
