import { DecisionAnswer } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { decisionAnswer } from '../decisions/decision-answer.js';
import { Gateway } from '../gateway.js';
import { SIBLINGS, type Siblings } from '../workers/siblings.js';

/** "Why was I refused?": how this gateway decided on a recent request. */
@Controller('v1/decisions')
export class DecisionsController {
  constructor(
    @Inject(Gateway) private readonly gateway: Gateway,
    @Inject(SIBLINGS) private readonly siblings: Siblings,
  ) {}

  @Get(':requestId')
  @Requires('gateway:read')
  @Operation('Why a recent request was let through or refused', DecisionAnswer)
  async read(
    @Param('requestId') requestId: string,
    @Caller() { tenant }: Principal,
  ): Promise<DecisionAnswer> {
    const decision = this.gateway.decisions.find(requestId, tenant);
    if (decision) return decisionAnswer(decision, this.gateway.id);
    const elsewhere = await this.siblings.ask({ about: 'decision', requestId, tenant });
    const found = elsewhere.find((answer) => answer !== null);
    if (found !== undefined) return DecisionAnswer.parse(found);
    const detail = 'This gateway does not remember such a request. It keeps the latest few thousand.';
    throw new DomainError('not-found', 'not-found', detail);
  }
}
