import { HoldBody, HoldId, LegalHold, LegalHoldList, LiftBody } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { assertOperator } from '../../operator.js';
import { LegalHolds } from './legal-holds.js';

/** What must not expire, whatever the policy says. The operator's alone. */
@Controller('v1/legal-holds')
export class LegalHoldsController {
  constructor(@Inject(LegalHolds) private readonly holds: LegalHolds) {}

  @Get()
  @Requires('audit:read')
  @Operation('List legal holds', LegalHoldList)
  async list(@Caller() caller: Principal): Promise<LegalHoldList> {
    assertOperator(caller);
    return { items: await this.holds.list() };
  }

  @Post()
  @Requires('audit:write')
  @Operation('Place a legal hold on a tenant, a person or a token', LegalHold)
  place(@Caller() caller: Principal, @Body({ schema: HoldBody }) body: HoldBody): Promise<LegalHold> {
    assertOperator(caller);
    return this.holds.place(body, caller.actor);
  }

  @Post(':id/lift')
  @HttpCode(200)
  @Requires('audit:write')
  @Operation('Lift a legal hold', LegalHold)
  async lift(
    @Caller() caller: Principal,
    @Param('id', { schema: HoldId }) id: string,
    @Body({ schema: LiftBody }) { reason }: LiftBody,
  ): Promise<LegalHold> {
    assertOperator(caller);
    const hold = await this.holds.lift(id, reason, caller.actor);
    if (hold) return hold;
    throw new DomainError('not-found', 'not-found', 'No hold has this id: GET /v1/legal-holds lists them.');
  }
}
