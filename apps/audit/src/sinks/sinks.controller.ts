import {
  DeadLetterPage,
  DeadLettersQuery,
  ReplayAnswer,
  ReplayBody,
  RetryAnswer,
  SinkName,
  SinksAnswer,
} from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { assertOperator } from '../operator.js';
import { Sinks } from './sinks.js';

const Name = () => Param('name', { schema: SinkName });

/** How the log's receivers are doing, and what to do about it. Every tenant's entries go there: the operator's alone. */
@Controller('v1/sinks')
export class SinksController {
  constructor(@Inject(Sinks) private readonly sinks: Sinks) {}

  @Get()
  @Requires('audit:read')
  @Operation('Show how each sink is doing', SinksAnswer)
  state(@Caller() caller: Principal): Promise<SinksAnswer> {
    assertOperator(caller);
    return this.sinks.state();
  }

  @Post(':name/pause')
  @HttpCode(204)
  @Requires('audit:write')
  @Operation('Pause a sink')
  pause(@Caller() caller: Principal, @Name() name: string): Promise<void> {
    assertOperator(caller);
    return this.sinks.setPaused(name, true);
  }

  @Post(':name/resume')
  @HttpCode(204)
  @Requires('audit:write')
  @Operation('Let a paused sink go on')
  resume(@Caller() caller: Principal, @Name() name: string): Promise<void> {
    assertOperator(caller);
    return this.sinks.setPaused(name, false);
  }

  @Post(':name/replay')
  @HttpCode(200)
  @Requires('audit:write')
  @Operation('Send a sink the entries from an index on again', ReplayAnswer)
  replay(
    @Caller() caller: Principal,
    @Name() name: string,
    @Body({ schema: ReplayBody }) { from, dryRun }: ReplayBody,
  ): Promise<ReplayAnswer> {
    assertOperator(caller);
    return this.sinks.replay(name, from, dryRun);
  }

  @Get(':name/dead-letters')
  @Requires('audit:read')
  @Operation('List what a sink did not take', DeadLetterPage)
  async deadLetters(
    @Caller() caller: Principal,
    @Name() name: string,
    @Query({ schema: DeadLettersQuery }) { cursor, limit }: DeadLettersQuery,
  ): Promise<DeadLetterPage> {
    assertOperator(caller);
    const found = await this.sinks.deadLetters(name, cursor, limit + 1);
    const next = found[limit];
    return { items: found.slice(0, limit), nextCursor: next ? String(next.index) : null };
  }

  @Post(':name/dead-letters/retry')
  @HttpCode(202)
  @Requires('audit:write')
  @Operation('Offer a sink its dead letters again', RetryAnswer)
  async retry(@Caller() caller: Principal, @Name() name: string): Promise<RetryAnswer> {
    assertOperator(caller);
    return { retrying: await this.sinks.retry(name) };
  }
}
