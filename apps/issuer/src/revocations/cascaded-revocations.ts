import type { CascadedRevocation, RevokeTokenBody, TokenView } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { type ChangeRequest, TokenChanges } from '../tokens/token-changes.js';
import { tokenProtected } from '../tokens/token.errors.js';
import { TokenSummaries } from '../tokens/token-summary/token-summaries.js';
import type { Target } from './live-things.js';
import { Revocations } from './revocations.js';

/** Ends a token, and what ends with it. */
@Injectable()
export class CascadedRevocations {
  constructor(
    @Inject(TokenChanges) private readonly changes: TokenChanges,
    @Inject(TokenSummaries) private readonly summaries: TokenSummaries,
    @Inject(Revocations) private readonly revocations: Revocations,
  ) {}

  /** The token itself comes first: it is what somebody is in a hurry about. */
  async revoke(
    tokenId: string,
    { reason, cascade, dryRun }: RevokeTokenBody,
    request: ChangeRequest,
  ): Promise<CascadedRevocation> {
    if (cascade === 'none' && !dryRun)
      return this.changes.apply({ kind: 'revoke', tokenId, reason }, request);
    const before = await this.summaries.get(request.caller.tenant, tokenId);
    const target = targetOf(before, cascade);
    if (before.protected) throw tokenProtected(tokenId);
    const token = dryRun ? before : await this.changes.apply({ kind: 'revoke', tokenId, reason }, request);
    const { caller, traceparent } = request;
    // The rest ends for the reason given, and says what it followed.
    const because = cascade === 'none' ? reason : `${reason} (with ${tokenId})`;
    const asked = { caller, traceparent, reason: because, dryRun };
    return Object.assign(token, { cascaded: await this.revocations.revoke(target, asked) });
  }
}

function targetOf({ id, applicationId, userId }: TokenView, cascade: RevokeTokenBody['cascade']): Target {
  switch (cascade) {
    case 'none':
      return { kind: 'nothing', of: id };
    case 'family':
      return { kind: 'family', of: id };
    case 'application':
      return { kind: 'application', of: applicationId ?? refuseOwnerless('application') };
    case 'user':
      return { kind: 'user', of: userId ?? refuseOwnerless('user') };
  }
}

function refuseOwnerless(cascade: 'application' | 'user'): never {
  const rule = `the token was issued for no ${cascade}; use "family" or "none"`;
  throw new DomainError('invalid', 'body-invalid', `cascade: ${rule}`, {
    fields: [{ field: 'cascade', rule }],
  });
}
