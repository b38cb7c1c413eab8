import { ReasonBody } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { AccessTokens } from './access-tokens.js';
import { WithinReach } from '../../teams/within-reach.guard.js';
import { tokenNotFound } from '../../tokens/token.errors.js';

/** Revoking an access token by its id (`jti`), without holding it. */
@Controller('v1/access-tokens/:id/revoke')
@WithinReach(tokenNotFound)
export class AccessTokensController {
  constructor(@Inject(AccessTokens) private readonly tokens: AccessTokens) {}

  @Post()
  @HttpCode(204)
  @Requires('tokens:write')
  @Operation('Revoke an OAuth access token by its id')
  async revoke(
    @Param('id') tokenId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    await this.tokens.revoke(caller.tenant, tokenId, reason, { actor: caller.actor, traceparent });
  }
}
