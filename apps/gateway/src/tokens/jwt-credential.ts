import { TENANT_CLAIM } from '@gatehouse/contracts';
import type { JWTPayload } from 'jose';
import { refusals } from '../request/refusals.js';
import { bindingOf } from './binding/binding.js';
import { claimFields } from './claim-fields.js';
import type { Resolution } from './resolution.js';

const MAX_ID = 64;

/** What else than its claims is known of a verified JWT. */
export interface VerifiedBy {
  /** Those who did. */
  readonly issuers: object;
  readonly tenant: string;
  readonly keyId: string;
}

/** The holder of a verified JWT access token (RFC 9068 §2.2). */
export function jwtCredential(claims: JWTPayload, { issuers, tenant, keyId }: VerifiedBy): Resolution {
  const { jti, exp, iat } = claims;
  const binding = bindingOf(claims['cnf']);
  if (!jti || jti.length > MAX_ID || !exp || !iat || binding === null)
    return { refusal: refusals.tokenMalformed };
  // An issuer of many tenants says whose it is; any of them may have registered this audience.
  if ((claims[TENANT_CLAIM] ?? tenant) !== tenant) return { refusal: refusals.tokenForeign };
  return {
    credential: {
      tokenId: jti,
      tenant,
      ...claimFields(claims),
      secretId: '',
      binding,
      keyId,
      ipAllow: undefined,
      expiresAtMs: exp * 1000,
      goodAtMs: iat * 1000,
      confirmedAt: Number.NEGATIVE_INFINITY, // nobody was asked
      asOf: undefined,
      issuers,
      foreign: undefined,
      introspected: undefined,
      newerThan: undefined,
      identityNewerThan: undefined,
    },
  };
}
