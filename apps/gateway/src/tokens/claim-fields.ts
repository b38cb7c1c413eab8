import { claimAt, SINGLE_USE_CLAIM } from '@gatehouse/contracts';
import { type ClaimPlaces, STANDARD_PLACES } from './claims-spec.js';
import type { Credential } from './credential.js';
import { scopeSet } from './scope-sets.js';

const MAX_CLAIM = 256;
/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;
const ROLE = /^\S{1,128}$/;

type Claims = Readonly<Record<string, unknown>>;

/**
 * The part of a credential that a JWT (RFC 9068 §2.2) and an introspection (RFC 7662 §2.2) say under the same names.
 * @param places where an issuer says it that follows neither.
 * @param granted scopes beside those it says.
 */
export function claimFields(
  claims: Claims,
  places: ClaimPlaces = STANDARD_PLACES,
  granted: readonly string[] = [],
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
  const said = namesIn(scopesOf(claimAt(places.scope, claims)), SCOPE);
  const scope = [...said, ...granted].join(' ');
  const applicationId = textOf(claimAt(places.application, claims));
  const subject = textOf(claimAt(places.user, claims));
  return {
    scopes: scopeSet(scope),
    scope,
    roles: scopeSet(namesIn(claimAt(places.roles, claims), ROLE).join(' ')),
    audiences: audiencesOf(claims['aud']),
    applicationId,
    userId: subject === applicationId ? '' : subject, // an application that acts for itself is no user
    identityId: '', // the issuer groups API tokens alone
    limits: undefined,
    creditHolders: undefined,
    plan: textOf(claimAt(places.plan, claims)),
    singleUse: claims[SINGLE_USE_CLAIM] !== undefined,
  };
}

/** A string with spaces (RFC 9068 §2.2.3); some issuers write a list. */
const scopesOf = (claim: unknown): unknown => (typeof claim === 'string' ? claim.split(' ') : claim);

/** RFC 9068 §2.2.3.1: an array of names. */
const namesIn = (list: unknown, name: RegExp): string[] =>
  Array.isArray(list)
    ? list.filter((each): each is string => typeof each === 'string' && name.test(each))
    : [];

/** RFC 7519 §4.1.3: one name, or several. */
function audiencesOf(audience: unknown): readonly string[] | undefined {
  if (audience === undefined) return undefined;
  const named: unknown[] = Array.isArray(audience) ? audience : [audience];
  return named.filter((name) => typeof name === 'string');
}

const textOf = (claim: unknown): string =>
  typeof claim === 'string' && claim.length <= MAX_CLAIM ? claim : '';
