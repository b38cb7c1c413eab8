import { RevokedToken, TokenId, UpdateTokenBody } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Inject, Param, Patch, Query } from '@nestjs/common';
import { CustomScopes, refuseUndefined } from '../../permissions/scopes/custom-scopes.js';
import { refuseOutsidePolicy } from '../../tenants/policy-rules.js';
import { Tenants } from '../../tenants/tenants.js';
import { TokenChanges, WaitQuery } from '../token-changes.js';
import { WithinReach } from '../../teams/within-reach.guard.js';
import { tokenNotFound } from '../token.errors.js';

@Controller('v1/tokens/:id')
@WithinReach(tokenNotFound)
export class UpdateTokenController {
  constructor(
    @Inject(TokenChanges) private readonly changes: TokenChanges,
    @Inject(Tenants) private readonly tenants: Tenants,
    @Inject(CustomScopes) private readonly scopes: CustomScopes,
  ) {}

  @Patch()
  @Requires('tokens:write')
  @Operation('Change a token: what it may do, where, and what it may spend', RevokedToken)
  async update(
    @Param('id', { schema: TokenId }) tokenId: string,
    @Body({ schema: UpdateTokenBody }) body: UpdateTokenBody,
    @Query({ schema: WaitQuery }) { wait }: WaitQuery,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RevokedToken> {
    const policy = await this.tenants.policyOf(caller.tenant);
    refuseOutsidePolicy(policy, body, caller.scopes);
    refuseUndefined(body.scopes ?? [], await this.scopes.grantable(caller.tenant, policy));
    const command = { kind: 'update', tokenId, now: new Date(), ...body, grantedBy: caller.scopes } as const;
    return this.changes.apply(command, { caller, traceparent, wait });
  }
}
