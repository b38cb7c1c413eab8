import type { LookupAnswer } from '@gatehouse/contracts';

/** Who is calling a management API. */
export interface Principal {
  tokenId: string;
  /** Which of the token's secrets was presented. */
  secretId: string;
  tenant: string;
  /** With what its roles stand for. */
  scopes: readonly string[];
  /** As written into events: `token:<id>`. */
  actor: string;
}

/** Resolves a token by its digest: the issuer's read model, or its HTTP API from anywhere else. */
export interface TokenLookup {
  /**
   * @param digest base64url SHA-256 of the token.
   * @throws when the answer cannot be had: the caller is refused, never let through.
   */
  lookup(digest: string): Promise<LookupAnswer>;
}
