import { ReasonBody, type RevokedToken, TokenId } from '@gatehouse/contracts';
import { Caller, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { TokenChanges, WaitQuery } from '../token-changes.js';

@Controller('v1/tokens/:id/revoke')
export class RevokeTokenController {
  constructor(@Inject(TokenChanges) private readonly changes: TokenChanges) {}

  @Post()
  @HttpCode(200)
  @Requires('tokens:write')
  revoke(
    @Param('id', { schema: TokenId }) tokenId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Query({ schema: WaitQuery }) { wait }: WaitQuery,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RevokedToken> {
    return this.changes.apply({ kind: 'revoke', tokenId, reason }, { caller, traceparent, wait });
  }
}
