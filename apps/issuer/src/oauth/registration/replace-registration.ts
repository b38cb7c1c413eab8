import { isDeepStrictEqual } from 'node:util';
import { type ApplicationTerms, ApplicationUpdated } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { applicationInvalid } from '../applications/application.errors.js';
import type { ApplicationEvent } from '../applications/application.events.js';

/** A client says anew what it is (RFC 7592 §2.2), on the word of its registration access token. */
export interface ReplaceRegistration {
  kind: 'replace-registration';
  applicationId: string;
  terms: ApplicationTerms;
  /** Of the token it was asked with. */
  tokenVersion: number;
}

/** Also for a client that is not there: who cannot prove which client he is learns nothing. */
export const registrationTokenUnknown = (): DomainError =>
  new DomainError('unauthenticated', 'token-unknown', 'Send the registration access token of the client.');

/** Which token is the client's now. */
export const tokenVersionOf = ({ registrationTokenVersion = 0 }: ApplicationTerms): number =>
  registrationTokenVersion;

/**
 * A client may change what it is, and never what it may do: that was its registrar's to say. What the management API alone
 * can set stays. The token that was used is spent, whatever changed.
 */
export function replaceRegistration(
  { applicationId, terms, tokenVersion }: ReplaceRegistration,
  current: ApplicationTerms,
): ApplicationEvent[] {
  if (tokenVersionOf(current) !== tokenVersion) throw registrationTokenUnknown();
  refuseMore(terms, current);
  refuseOtherProof(terms, current);
  const { name, grantTypes, redirectUris, postLogoutRedirectUris, resources, scopes } = terms;
  const { backchannelLogoutUri, proof, requiresDpop } = terms;
  const asked = { name, grantTypes, redirectUris, postLogoutRedirectUris, resources, scopes, requiresDpop };
  const differing = Object.entries({ ...asked, backchannelLogoutUri, proof }).filter(
    ([field, value]) =>
      value !== undefined && !isDeepStrictEqual(value, current[field as keyof ApplicationTerms]),
  );
  const changes = { ...Object.fromEntries(differing), registrationTokenVersion: tokenVersion + 1 };
  return [{ type: ApplicationUpdated.type, data: { applicationId, changes } }];
}

function refuseMore(terms: ApplicationTerms, current: ApplicationTerms): void {
  for (const field of ['scopes', 'resources', 'grantTypes'] as const) {
    const had: readonly string[] = current[field];
    const more = terms[field].filter((value) => !had.includes(value));
    if (more.length > 0)
      throw applicationInvalid(field, `a client cannot give itself ${more.slice(0, 10).join(', ')}`);
  }
  if (current.requiresDpop && !terms.requiresDpop)
    throw applicationInvalid('requiresDpop', 'its tokens are bound to a key, and stay so');
}

function refuseOtherProof(terms: ApplicationTerms, current: ApplicationTerms): void {
  if (terms.authentication !== current.authentication || terms.proof?.method !== current.proof?.method)
    throw applicationInvalid('token_endpoint_auth_method', 'stays as it was registered');
  if (terms.signingAlgorithm !== current.signingAlgorithm)
    throw applicationInvalid('id_token_signed_response_alg', 'stays as it was registered');
}
