import {
  IdentityId,
  PageLimit,
  pageOf,
  RotationDue,
  ServiceAccountId,
  TokenId,
  TokenView,
  UnusedForDays,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { TokenSummaries } from './token-summaries.js';
import { TeamReach } from '../../teams/reach.js';
import { WithinReach } from '../../teams/within-reach.guard.js';
import { tokenNotFound } from '../token.errors.js';

const ListQuery = z.strictObject({
  cursor: TokenId.optional(),
  limit: PageLimit,
  unusedForDays: UnusedForDays.optional(),
  rotationDue: RotationDue.optional(),
  /** Only those of this identity. */
  identityId: IdentityId.optional(),
  /** Only those of this service account. */
  serviceAccountId: ServiceAccountId.optional(),
});

@Controller('v1/tokens')
export class GetTokensController {
  constructor(
    @Inject(TokenSummaries) private readonly summaries: TokenSummaries,
    @Inject(TeamReach) private readonly reach: TeamReach,
  ) {}

  @Get()
  @Requires('tokens:read')
  @Operation('List tokens', pageOf(TokenView))
  async list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    return this.summaries.list(caller.tenant, await this.reach.of(caller), query);
  }

  @Get(':id')
  @WithinReach(tokenNotFound)
  @Requires('tokens:read')
  @Operation('Read a token', TokenView)
  get(@Caller() caller: Principal, @Param('id', { schema: TokenId }) id: string) {
    return this.summaries.get(caller.tenant, id);
  }
}
