import { expandRoles, type LookupAnswer, type ProblemCode } from '@gatehouse/contracts';
import { digestOfToken, DomainError, isCompactJws, parseOpaqueToken } from '@gatehouse/kernel';
import { isAddressAllowed, isAddressIn } from './address.js';
import { issuerAnswer } from './issuer-answer.js';
import type { AccessTokenSource, Principal, TokenLookup } from './principal.js';

const CACHE_MS = 1_000;
const CACHE_MAX_ENTRIES = 10_000;

type Found = Extract<LookupAnswer, { found: true }>;

/**
 * Turns a Bearer token into a principal, or says why not.
 * An answer is kept for one second; a revocation pushed to {@link forget} ends it at once.
 */
export class TokenVerifier {
  private readonly cache = new Map<string, { answer: Found; at: number }>();
  private readonly forgotten = new Set<string>();
  private accessTokens: AccessTokenSource | undefined;

  constructor(private readonly source: TokenLookup) {}

  /** From now on access tokens are taken beside API tokens. */
  recognize(accessTokens: AccessTokenSource): void {
    this.accessTokens = accessTokens;
  }

  /**
   * @param token as received; never logged.
   * @param address of the caller's socket.
   * @throws DomainError `token-malformed`, `token-unknown`, `token-suspended`, `secret-retired`, `token-revoked`,
   * `token-expired` or `ip-not-allowed`; `issuer-unavailable` when the look-up fails; what {@link AccessTokenSource} throws.
   */
  async verify(token: string, address: string): Promise<Principal> {
    if (this.accessTokens && isCompactJws(token)) return this.accessTokens.principalOf(token);
    if (!parseOpaqueToken(token))
      throw refusal('token-malformed', 'The token is not a Gatehouse token or was mistyped.');
    const found = await this.resolve(digestOfToken(token));
    refuseUnlessActive(found);
    if (found.expiresAt !== null && Date.parse(found.expiresAt) <= Date.now())
      throw refusal('token-expired', `The token expired at ${found.expiresAt}. Ask for a new one.`);
    if (isAddressIn(address, found.ipDeny ?? []) || !isAddressAllowed(address, found.ipAllow))
      throw new DomainError('forbidden', 'ip-not-allowed', 'The token may not be used from this address.');
    return {
      tokenId: found.tokenId,
      secretId: found.secretId,
      tenant: found.tenant,
      scopes: expandRoles(found.scopes),
      actor: `token:${found.tokenId}`,
    };
  }

  /** Drops what is cached of a token, including an answer still under way. */
  forget(tokenId: string): void {
    for (const [digest, { answer }] of this.cache) if (answer.tokenId === tokenId) this.cache.delete(digest);
    if (this.forgotten.size >= CACHE_MAX_ENTRIES) this.forgotten.clear();
    this.forgotten.add(tokenId);
  }

  /** Drops what is cached of a tenant's tokens. */
  forgetTenant(tenant: string): void {
    for (const [digest, { answer }] of this.cache) if (answer.tenant === tenant) this.cache.delete(digest);
  }

  private async resolve(digest: string): Promise<Found> {
    const cached = this.cache.get(digest);
    if (cached && performance.now() - cached.at < CACHE_MS) return cached.answer;
    const answer = await issuerAnswer(() => this.source.lookup(digest));
    if (!answer.found) throw refusal('token-unknown', 'No such token was issued here.');
    if (this.cache.size >= CACHE_MAX_ENTRIES) this.cache.clear();
    if (!this.forgotten.has(answer.tokenId)) this.cache.set(digest, { answer, at: performance.now() });
    return answer;
  }
}

function refuseUnlessActive({ status }: Found): void {
  switch (status) {
    case 'active':
      return;
    case 'suspended':
      throw refusal('token-suspended', 'The token is suspended for the time being.');
    case 'retired':
      throw refusal('secret-retired', 'The token was rotated. Use its newer secret.');
    case 'revoked':
      throw refusal('token-revoked', 'The token was revoked. Ask for a new one.');
  }
}

const refusal = (code: ProblemCode, detail: string): DomainError =>
  new DomainError('unauthenticated', code, detail);
