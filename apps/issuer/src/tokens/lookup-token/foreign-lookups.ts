import type { LookupAnswer, LookupBody } from '@gatehouse/contracts';
import { digestOfToken, DomainError, parseOpaqueToken } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ImportKeys } from '../import-keys/import-keys.js';
import { TokenLookups } from './token-lookups.js';

/** Resolves a key of another system, which may be known by its digest or by its HMAC under an import key. */
@Injectable()
export class ForeignLookups {
  constructor(
    @Inject(TokenLookups) private readonly lookups: TokenLookups,
    @Inject(ImportKeys) private readonly importKeys: ImportKeys,
  ) {}

  /** Another tenant's is not there. @throws DomainError `body-invalid` for a token that has no business to travel. */
  async lookup(
    digest: string,
    { token, tenant }: NonNullable<LookupBody['presented']>,
  ): Promise<LookupAnswer> {
    if (parseOpaqueToken(token)) throw presentedInvalid('is a Gatehouse token; send its digest alone');
    if (digestOfToken(token) !== digest) throw presentedInvalid('is not what the digest is of');
    const answer = await this.lookups.lookup(digest, ...(await this.importKeys.imprints(tenant, token)));
    return answer.found && answer.tenant !== tenant ? { found: false, asOf: answer.asOf } : answer;
  }
}

function presentedInvalid(rule: string): DomainError {
  const field = 'presented.token';
  return new DomainError('invalid', 'body-invalid', `${field}: ${rule}`, { fields: [{ field, rule }] });
}
