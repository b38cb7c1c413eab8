import type { LookupAnswer } from '@gatehouse/contracts';
import type { TokenLookup } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';

/** Callers of the admin API are looked up at the issuer; while it cannot answer, nobody is let in. */
export class IssuerLookup implements TokenLookup {
  constructor(private readonly issuer: TokenLookup) {}

  async lookup(digest: string): Promise<LookupAnswer> {
    try {
      return await this.issuer.lookup(digest);
    } catch (error) {
      const detail = 'Your token cannot be checked right now. Try again in a moment.';
      throw new DomainError('unavailable', 'issuer-unavailable', detail, { cause: error });
    }
  }
}
