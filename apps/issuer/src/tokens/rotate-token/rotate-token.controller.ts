import { IssuedToken, RotateTokenBody, TokenId } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { Tenants } from '../../tenants/tenants.js';
import { newSecret } from '../new-secret.js';
import { TokenChanges } from '../token-changes.js';
import { WithinReach } from '../../teams/within-reach.guard.js';
import { tokenNotFound } from '../token.errors.js';

/** A new secret under the same token id: history, usage and limits stay (S6). */
@Controller('v1/tokens/:id/rotate')
@WithinReach(tokenNotFound)
export class RotateTokenController {
  constructor(
    @Inject(TokenChanges) private readonly changes: TokenChanges,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(Tenants) private readonly tenants: Tenants,
  ) {}

  @Post()
  @Requires('tokens:write')
  @Operation('Add a new secret and retire the old ones after the overlap', IssuedToken)
  async rotate(
    @Param('id', { schema: TokenId }) tokenId: string,
    @Body({ schema: RotateTokenBody }) { overlapSeconds }: RotateTokenBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<IssuedToken> {
    const { tokenPrefix } = await this.tenants.policyOf(caller.tenant);
    const { token, secret } = newSecret(this.config, tokenPrefix);
    const command = { kind: 'rotate', tokenId, now: new Date(), secret, overlapSeconds } as const;
    return { ...(await this.changes.apply(command, { caller, traceparent })), token };
  }
}
