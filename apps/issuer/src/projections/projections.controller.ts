import { Readable } from 'node:stream';
import { OPERATOR_TENANT, RebuildBody, RebuildStep } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Body, Controller, HttpCode, Inject, Post, StreamableFile } from '@nestjs/common';
import { AnswersAfresh } from '../idempotency/answers-afresh.js';
import { Rebuild } from './rebuild.js';

/** The read models of all tenants: the operator's alone. */
@Controller('v1/projections')
export class ProjectionsController {
  constructor(@Inject(Rebuild) private readonly rebuild: Rebuild) {}

  /** JSON lines: how far it is, then what was found. Whoever hangs up ends it. */
  @Post('rebuild')
  @HttpCode(200)
  @AnswersAfresh()
  @Operation('Compare read models with their events, and repair them', {
    'application/x-ndjson': RebuildStep,
  })
  @Requires('projections:write')
  async run(
    @Body({ schema: RebuildBody }) { check }: RebuildBody,
    @Caller() caller: Principal,
  ): Promise<StreamableFile> {
    if (caller.tenant !== OPERATOR_TENANT)
      throw new DomainError(
        'forbidden',
        'scope-insufficient',
        'Read models span tenants and are for the operator alone.',
      );
    const steps = this.rebuild.run(check);
    const first = await steps.next(); // a refusal is a problem document still
    return new StreamableFile(Readable.from(linesOf(first, steps)), { type: 'application/x-ndjson' });
  }
}

async function* linesOf(
  first: IteratorResult<RebuildStep, void>,
  rest: AsyncGenerator<RebuildStep, void>,
): AsyncGenerator<string, void> {
  try {
    if (!first.done) yield `${JSON.stringify(first.value)}\n`;
    for await (const step of rest) yield `${JSON.stringify(step)}\n`;
  } finally {
    await rest.return();
  }
}
