import { SINGLE_USE_CLAIM } from '@gatehouse/contracts';
import type { Credential } from './credential.js';
import { scopeSet } from './scope-sets.js';

const MAX_CLAIM = 256;

/** The part of a credential that a JWT (RFC 9068 §2.2) and an introspection (RFC 7662 §2.2) say under the same names. */
export function claimFields(
  claims: Readonly<Record<string, unknown>>,
): Pick<
  Credential,
  | 'scopes'
  | 'scope'
  | 'roles'
  | 'audiences'
  | 'applicationId'
  | 'userId'
  | 'identityId'
  | 'limits'
  | 'creditHolders'
  | 'plan'
  | 'singleUse'
> {
  const scope = typeof claims['scope'] === 'string' ? claims['scope'] : '';
  const applicationId = textOf(claims['client_id']);
  const subject = textOf(claims['sub']);
  return {
    scopes: scopeSet(scope),
    scope,
    roles: scopeSet(rolesOf(claims['roles'])),
    audiences: audiencesOf(claims['aud']),
    applicationId,
    userId: subject === applicationId ? '' : subject, // an application that acts for itself is no user
    identityId: '', // the issuer groups API tokens alone
    limits: undefined,
    creditHolders: undefined,
    plan: textOf(claims['plan']),
    singleUse: claims[SINGLE_USE_CLAIM] !== undefined,
  };
}

/** RFC 9068 §2.2.3.1: an array of names. */
const rolesOf = (roles: unknown): string =>
  Array.isArray(roles)
    ? roles.filter((role) => typeof role === 'string' && /^\S{1,128}$/.test(role)).join(' ')
    : '';

/** RFC 7519 §4.1.3: one name, or several. */
function audiencesOf(audience: unknown): readonly string[] | undefined {
  if (audience === undefined) return undefined;
  const named: unknown[] = Array.isArray(audience) ? audience : [audience];
  return named.filter((name) => typeof name === 'string');
}

const textOf = (claim: unknown): string =>
  typeof claim === 'string' && claim.length <= MAX_CLAIM ? claim : '';
