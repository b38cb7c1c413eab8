import { LeaseCreditsAnswer, LeaseCreditsBody } from '@gatehouse/contracts';
import { Operation, Requires } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { AnswersAfresh } from '../../idempotency/answers-afresh.js';
import { CreditLeases } from './credit-leases.js';

/** For gateways: credits of any tenant’s tokens and identities, to be spent ahead of word. */
@Controller('v1/credits/leases')
export class LeaseCreditsController {
  constructor(@Inject(CreditLeases) private readonly credits: CreditLeases) {}

  @Post()
  @HttpCode(200)
  @AnswersAfresh()
  @Requires('tokens:lookup')
  @Operation('Lease credits, say what was spent of them and give back the rest', LeaseCreditsAnswer)
  async lease(@Body({ schema: LeaseCreditsBody }) body: LeaseCreditsBody): Promise<LeaseCreditsAnswer> {
    return { leases: await this.credits.lease(body) };
  }
}
