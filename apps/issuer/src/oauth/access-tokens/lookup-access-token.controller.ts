import { AccessTokenAnswer, AccessTokenBody } from '@gatehouse/contracts';
import { Operation, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { AnswersAfresh } from '../../idempotency/answers-afresh.js';
import { OwnApiTokens } from './own-api-tokens.js';

/** For the management APIs of other services: who calls with an access token that was shown to them. */
@Controller('v1/access-tokens/lookup')
export class LookupAccessTokenController {
  constructor(@Inject(OwnApiTokens) private readonly tokens: OwnApiTokens) {}

  /** Whatever is wrong with the token is an answer: a refusal would be of the service that asks. */
  @Post()
  @HttpCode(200)
  @AnswersAfresh()
  @Requires('tokens:lookup')
  @Operation('Who calls a management API with this access token', AccessTokenAnswer)
  async lookup(@Body({ schema: AccessTokenBody }) { token }: AccessTokenBody): Promise<AccessTokenAnswer> {
    try {
      const { secretId: _none, scopes, stepUp, ...caller } = await this.tokens.principalOf(token);
      return {
        taken: true,
        ...caller,
        scopes: [...scopes],
        ...(stepUp && { stepUp: { ...stepUp, for: [...stepUp.for] } }),
      };
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'unauthenticated') throw error;
      return { taken: false, code: error.code, detail: error.detail };
    }
  }
}
