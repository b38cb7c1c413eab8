import { TokenId, type TokenView, UnusedScopes, UnusedScopesQuery } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { TokenSummaries } from '../tokens/token-summary/token-summaries.js';
import { TokenUses } from './token-uses.js';
import type { TraitUse } from './trait-use.entity.js';
import { WithinReach } from '../teams/within-reach.guard.js';
import { tokenNotFound } from '../tokens/token.errors.js';

const DAY_MS = 86_400_000;

/** Evidence for least privilege (S7): which scopes a token has and does not use. */
@Controller('v1/tokens/:id/scopes/unused')
@WithinReach(tokenNotFound)
export class UnusedScopesController {
  constructor(
    @Inject(TokenSummaries) private readonly summaries: TokenSummaries,
    @Inject(TokenUses) private readonly uses: TokenUses,
  ) {}

  @Get()
  @Requires('tokens:read')
  @Operation('Which of a token’s scopes nobody needs', UnusedScopes)
  async read(
    @Caller() caller: Principal,
    @Param('id', { schema: TokenId }) id: string,
    @Query({ schema: UnusedScopesQuery }) { days }: UnusedScopesQuery,
  ): Promise<UnusedScopes> {
    const token = await this.summaries.get(caller.tenant, id);
    const since = new Date(Date.now() - days * DAY_MS).toISOString();
    return unusedScopesOf(token, await this.uses.ofTraits(id, 'scope'), since);
  }
}

/** @param uses of the token's scopes, also of those it no longer has. */
export function unusedScopesOf(
  { id, scopes, createdAt }: Pick<TokenView, 'id' | 'scopes' | 'createdAt'>,
  uses: readonly Pick<TraitUse, 'value' | 'lastUsedAt'>[],
  since: string,
): UnusedScopes {
  const lastUses = new Map(uses.map(({ value, lastUsedAt }) => [value, lastUsedAt.toISOString()]));
  const answers = scopes.map((scope) => {
    const lastUsedAt = lastUses.get(scope) ?? null;
    return { scope, lastUsedAt, unused: lastUsedAt === null || lastUsedAt < since };
  });
  const used = answers.filter(({ unused }) => !unused).map(({ scope }) => scope);
  const canShrink = used.length > 0 && used.length < scopes.length;
  return {
    tokenId: id,
    since,
    conclusive: createdAt <= since,
    scopes: answers,
    shrink: canShrink ? { scopes: used } : null,
  };
}
