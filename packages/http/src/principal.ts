import type { AccessTokenAnswer, LookupAnswer } from '@gatehouse/contracts';

/** Who is calling a management API. */
export interface Principal {
  tokenId: string;
  /** Which of the token's secrets was presented; `null` for an access token, which has none. */
  secretId: string | null;
  tenant: string;
  /** With what its roles stand for. */
  scopes: readonly string[];
  /** As written into events: `token:<id>`; by an access token `user:<id>`, `service-account:<id>` or, when it stands for nobody, `application:<id>`. */
  actor: string;
  /** Set for a person whose sign-in is not enough for everything her scopes hold. */
  stepUp?: StepUp;
}

/** What a person has to sign in more strongly, or again, for. */
export interface StepUp {
  for: readonly string[];
  /** RFC 9470 §3. */
  acrValues: string;
  maxAgeSeconds: number | null;
}

/** Recognizes JWT access tokens (RFC 9068) that were issued for the API that asks. */
export interface AccessTokenSource {
  /**
   * Asked anew with every request, so that what ended a moment ago lets nobody in.
   * @throws DomainError when the token is not good here and now.
   */
  principalOf(token: string): Promise<Principal>;
}

/** Asks the issuer who calls with one of its access tokens. */
export interface AccessTokenLookup {
  /** @throws when the answer cannot be had: the caller is refused, never let through. */
  lookupAccessToken(token: string): Promise<AccessTokenAnswer>;
}

/** Resolves a token by its digest: the issuer's read model, or its HTTP API from anywhere else. */
export interface TokenLookup {
  /**
   * @param digest base64url SHA-256 of the token.
   * @throws when the answer cannot be had: the caller is refused, never let through.
   */
  lookup(digest: string): Promise<LookupAnswer>;
}
