import { CascadedRevocation, RevokeTokenBody, TokenId } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CascadedRevocations } from '../../revocations/cascaded-revocations.js';
import { WaitQuery } from '../token-changes.js';
import { WithinReach } from '../../teams/within-reach.guard.js';
import { tokenNotFound } from '../token.errors.js';

@Controller('v1/tokens/:id/revoke')
@WithinReach(tokenNotFound)
export class RevokeTokenController {
  constructor(@Inject(CascadedRevocations) private readonly revocations: CascadedRevocations) {}

  @Post()
  @HttpCode(200)
  @Requires('tokens:write')
  @Operation('Revoke a token, and what hangs on it', CascadedRevocation)
  revoke(
    @Param('id', { schema: TokenId }) tokenId: string,
    @Body({ schema: RevokeTokenBody }) body: RevokeTokenBody,
    @Query({ schema: WaitQuery }) { wait }: WaitQuery,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<CascadedRevocation> {
    return this.revocations.revoke(tokenId, body, { caller, traceparent, wait });
  }
}
