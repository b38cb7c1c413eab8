import { ConsumeAnswer, ConsumeBody } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { AnswersAfresh } from '../../idempotency/answers-afresh.js';
import { SingleUseTokens } from './single-use-tokens.js';

/** For gateways: whether a request that shows a single-use token is the one it is good for, whatever its tenant. */
@Controller('v1/tokens/consume')
export class ConsumeTokenController {
  constructor(@Inject(SingleUseTokens) private readonly tokens: SingleUseTokens) {}

  @Post()
  @HttpCode(200)
  @AnswersAfresh()
  @Requires('tokens:lookup')
  @Operation('Take the one use of a single-use access token', ConsumeAnswer)
  consume(
    @Body({ schema: ConsumeBody }) body: ConsumeBody,
    @Caller() { actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<ConsumeAnswer> {
    return this.tokens.consume(body, { actor, traceparent });
  }
}
