import { ReasonBody, RevokedToken, TokenId } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { TokenChanges, WaitQuery } from '../token-changes.js';
import { WithinReach } from '../../teams/within-reach.guard.js';
import { tokenNotFound } from '../token.errors.js';

@Controller('v1/tokens/:id')
@WithinReach(tokenNotFound)
export class SuspendTokenController {
  constructor(@Inject(TokenChanges) private readonly changes: TokenChanges) {}

  @Post('suspend')
  @HttpCode(200)
  @Requires('tokens:write')
  @Operation('Suspend a token', RevokedToken)
  suspend(
    @Param('id', { schema: TokenId }) tokenId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Query({ schema: WaitQuery }) { wait }: WaitQuery,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RevokedToken> {
    return this.changes.apply(
      { kind: 'suspend', tokenId, reason, now: new Date() },
      { caller, traceparent, wait },
    );
  }

  @Post('resume')
  @HttpCode(200)
  @Requires('tokens:write')
  @Operation('Resume a token', RevokedToken)
  resume(
    @Param('id', { schema: TokenId }) tokenId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Query({ schema: WaitQuery }) { wait }: WaitQuery,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RevokedToken> {
    return this.changes.apply(
      { kind: 'resume', tokenId, reason, now: new Date() },
      { caller, traceparent, wait },
    );
  }
}
