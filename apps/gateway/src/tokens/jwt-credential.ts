import { claimAt, meetsConditions, TENANT_CLAIM } from '@gatehouse/contracts';
import type { JWTPayload } from 'jose';
import { refusals } from '../request/refusals.js';
import { bindingOf } from './binding/binding.js';
import { claimFields } from './claim-fields.js';
import type { ClaimGrant } from './claims-spec.js';
import { externalId } from './external-id.js';
import type { IssuerSpec } from './issuer-spec.js';
import type { Resolution } from './resolution.js';

/** It goes into a header, a record and a table of revocations. */
const TOKEN_ID = /^[\x21-\x7e]{1,64}$/;

/** What else than its claims is known of a verified JWT. */
export interface VerifiedBy {
  /** Those who did. */
  readonly issuers: object;
  readonly spec: Pick<IssuerSpec, 'tenant' | 'type' | 'claims' | 'grants'>;
  readonly keyId: string;
  /** Names a token that its issuer gives no id. */
  readonly digest: string;
}

/** The holder of a verified JWT access token (RFC 9068 §2.2). */
export function jwtCredential(claims: JWTPayload, verifiedBy: VerifiedBy): Resolution {
  const { issuers, spec, keyId } = verifiedBy;
  const { tenant } = spec;
  const { exp, iat } = claims;
  const tokenId = tokenIdOf(claims, verifiedBy);
  const binding = bindingOf(claims['cnf']);
  if (tokenId === undefined || !exp || !iat || binding === null) return { refusal: refusals.tokenMalformed };
  // An issuer of many tenants says whose it is; any of them may have registered this audience.
  if ((claims[TENANT_CLAIM] ?? tenant) !== tenant) return { refusal: refusals.tokenForeign };
  return {
    credential: {
      tokenId,
      tenant,
      ...claimFields(claims, spec.claims, grantedBy(spec.grants, claims)),
      secretId: '',
      binding,
      keyId,
      ipAllow: undefined,
      ipDeny: undefined,
      expiresAtMs: exp * 1000,
      goodAtMs: iat * 1000,
      confirmedAt: Number.NEGATIVE_INFINITY, // nobody was asked
      asOf: undefined,
      issuers,
      foreign: undefined,
      introspected: undefined,
      newerThan: 0,
      identityNewerThan: 0,
    },
  };
}

/** RFC 9068 §2.2 asks for one; others may be content without. */
function tokenIdOf(claims: JWTPayload, { spec, digest }: VerifiedBy): string | undefined {
  const id = claimAt(spec.claims.tokenId, claims);
  if (typeof id === 'string' && TOKEN_ID.test(id)) return id;
  return spec.type === 'JWT' ? externalId(digest) : undefined;
}

const grantedBy = (grants: readonly ClaimGrant[], claims: JWTPayload): string[] =>
  grants.flatMap(({ when, scopes }) => (meetsConditions(when, claims) ? scopes : []));
