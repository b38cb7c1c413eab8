import { LogCounts, ReconcileAnswer, ReconcileBody } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { assertOperator } from '../operator.js';
import { LogCounter } from './log-counter.js';
import { Reconciler } from './reconciler.js';

const OPERATORS = 'Only the operator can compare the log with the event store.';

/** Whether all is in the log that should be. The operator's alone: it counts every tenant's events. */
@Controller('v1')
export class ReconcileController {
  constructor(
    @Inject(LogCounter) private readonly counter: LogCounter,
    @Inject(Reconciler) private readonly reconciler: Reconciler,
  ) {}

  @Get('counts')
  @Requires('audit:read')
  @Operation('Count what is in the log, by source', LogCounts)
  counts(@Caller() caller: Principal): Promise<LogCounts> {
    assertOperator(caller, OPERATORS);
    return this.counter.counts();
  }

  @Post('reconcile')
  @HttpCode(200)
  @Requires('audit:write')
  @Operation('Compare a page of the feed with the log', ReconcileAnswer)
  reconcile(
    @Caller() caller: Principal,
    @Body({ schema: ReconcileBody }) body: ReconcileBody,
  ): Promise<ReconcileAnswer> {
    assertOperator(caller, OPERATORS);
    return this.reconciler.page(body);
  }
}
