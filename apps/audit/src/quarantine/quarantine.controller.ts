import { IntakeStream, PoisonList, PoisonView, QuarantineBody } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { assertOperator } from '../operator.js';
import { PoisonFinder } from './poison-finder.js';
import { QuarantineLog } from './quarantine-log.js';

const OPERATORS = 'Only the operator can decide what is left out of the log.';

/** What the log has halted at, and the decision to go on without it. The operator's alone. */
@Controller('v1/quarantine')
export class QuarantineController {
  constructor(
    @Inject(PoisonFinder) private readonly finder: PoisonFinder,
    @Inject(QuarantineLog) private readonly quarantine: QuarantineLog,
  ) {}

  @Get()
  @Requires('audit:read')
  @Operation('Show what the log has halted at', PoisonList)
  async poisons(@Caller() caller: Principal): Promise<PoisonList> {
    assertOperator(caller, OPERATORS);
    const found = await Promise.all(IntakeStream.options.map((stream) => this.finder.find(stream)));
    return { items: found.flatMap((poison) => (poison ? [poison.view] : [])) };
  }

  /** Names the very thing that was looked at: another one that stands there meanwhile is not decided on. */
  @Post()
  @HttpCode(200)
  @Requires('audit:write')
  @Operation('Leave an event out of the log, and record it', PoisonView)
  async decide(
    @Caller() caller: Principal,
    @Body({ schema: QuarantineBody }) { stream, sha256, reason }: QuarantineBody,
  ): Promise<PoisonView> {
    assertOperator(caller, OPERATORS);
    const poison = await this.finder.find(stream);
    if (poison?.view.sha256 !== sha256)
      throw new DomainError(
        'conflict',
        'conflict',
        `The stream "${stream}" has not halted at this: look again.`,
      );
    await this.quarantine.decide(poison, { reason, actor: caller.actor });
    return poison.view;
  }
}
