import { LookupAnswer, LookupBody } from '@gatehouse/contracts';
import { Operation, Requires } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { AnswersAfresh } from '../../idempotency/answers-afresh.js';
import { ForeignLookups } from './foreign-lookups.js';
import { TokenLookups } from './token-lookups.js';

/** For gateways and services: what is true of the token with this digest, whatever its tenant. */
@Controller('v1/tokens/lookup')
export class LookupTokenController {
  constructor(
    @Inject(TokenLookups) private readonly lookups: TokenLookups,
    @Inject(ForeignLookups) private readonly foreign: ForeignLookups,
  ) {}

  @Post()
  @HttpCode(200)
  @AnswersAfresh()
  @Requires('tokens:lookup')
  @Operation('What is true of the token with this digest', LookupAnswer)
  lookup(@Body({ schema: LookupBody }) { digest, presented }: LookupBody): Promise<LookupAnswer> {
    return presented ? this.foreign.lookup(digest, presented) : this.lookups.lookup(digest);
  }
}
