import { RetentionBody, RetentionForecast, RetentionRun, RetentionView } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Post, Put } from '@nestjs/common';
import { assertOperator } from '../operator.js';
import { Retention } from './retention.js';
import { RetentionStore } from './retention-store.js';

/** How long bodies of entries are kept. The operator's alone. */
@Controller('v1/retention')
export class RetentionController {
  constructor(
    @Inject(Retention) private readonly retention: Retention,
    @Inject(RetentionStore) private readonly store: RetentionStore,
  ) {}

  @Get()
  @Requires('audit:read')
  @Operation('Show the retention policy and its last run', RetentionView)
  show(@Caller() caller: Principal): Promise<RetentionView> {
    assertOperator(caller);
    return this.store.view();
  }

  @Put()
  @Requires('audit:write')
  @Operation('Set the retention policy, or say what it would do', RetentionForecast)
  set(
    @Caller() caller: Principal,
    @Body({ schema: RetentionBody }) body: RetentionBody,
  ): Promise<RetentionForecast> {
    assertOperator(caller);
    return this.retention.set(body, caller.actor);
  }

  /** Runs begin by themselves once a day; this one begins now. */
  @Post('runs')
  @HttpCode(202)
  @Requires('audit:write')
  @Operation('Have the bodies that are due expire now', RetentionRun)
  async start(@Caller() caller: Principal): Promise<RetentionRun> {
    assertOperator(caller);
    const run = await this.retention.start(caller.actor);
    if (run) return run;
    throw new DomainError('conflict', 'conflict', 'No body is due: GET /v1/retention shows the policy.');
  }
}
