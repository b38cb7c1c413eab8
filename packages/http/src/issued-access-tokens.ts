import { DomainError } from '@gatehouse/kernel';
import { issuerAnswer } from './issuer-answer.js';
import type { AccessTokenLookup, AccessTokenSource, Principal } from './principal.js';

/**
 * The issuer's access tokens at the management API of another service. The issuer is asked with every request, and nothing
 * is kept: what ended a moment ago lets nobody in, and a single-use token is used up there.
 */
export class IssuedAccessTokens implements AccessTokenSource {
  constructor(private readonly issuer: AccessTokenLookup) {}

  /** @throws DomainError `unauthenticated` with the issuer's code; `issuer-unavailable`. */
  async principalOf(token: string): Promise<Principal> {
    const answer = await issuerAnswer(() => this.issuer.lookupAccessToken(token));
    if (!answer.taken) throw new DomainError('unauthenticated', answer.code, answer.detail);
    const { taken: _taken, ...caller } = answer;
    return { ...caller, secretId: null };
  }
}
