import type { LogCounts, ReconcileAnswer } from '@gatehouse/contracts';
import { OPERATOR_TENANT, ReconcileBody } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { LogCounter } from './log-counter.js';
import { Reconciler } from './reconciler.js';

/** Whether all is in the log that should be. The operator's alone: it counts every tenant's events. */
@Controller('v1')
export class ReconcileController {
  constructor(
    @Inject(LogCounter) private readonly counter: LogCounter,
    @Inject(Reconciler) private readonly reconciler: Reconciler,
  ) {}

  @Get('counts')
  @Requires('audit:read')
  counts(@Caller() caller: Principal): Promise<LogCounts> {
    assertOperator(caller);
    return this.counter.counts();
  }

  @Post('reconcile')
  @HttpCode(200)
  @Requires('audit:write')
  reconcile(
    @Caller() caller: Principal,
    @Body({ schema: ReconcileBody }) body: ReconcileBody,
  ): Promise<ReconcileAnswer> {
    assertOperator(caller);
    return this.reconciler.page(body);
  }
}

function assertOperator(caller: Principal): void {
  if (caller.tenant !== OPERATOR_TENANT)
    throw new DomainError(
      'not-found',
      'not-found',
      'Only the operator can compare the log with the event store.',
    );
}
