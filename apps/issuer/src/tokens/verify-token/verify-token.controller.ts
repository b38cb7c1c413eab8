import { TokenVerdict, VerifyTokenBody } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { AnswersAfresh } from '../../idempotency/answers-afresh.js';
import { UseBuffer } from '../../token-use/use-buffer.js';
import { TokenVerdicts } from './token-verdicts.js';

/** The gateway's decision on a token, for whoever guards something himself. */
@Controller('v1/tokens/verify')
export class VerifyTokenController {
  constructor(
    @Inject(TokenVerdicts) private readonly verdicts: TokenVerdicts,
    @Inject(UseBuffer) private readonly uses: UseBuffer,
  ) {}

  @Post()
  @HttpCode(200)
  @AnswersAfresh()
  @Requires('tokens:verify')
  @Operation('Verify a token, and spend what the request costs', TokenVerdict)
  async verify(
    @Body({ schema: VerifyTokenBody }) body: VerifyTokenBody,
    @Caller() { tenant }: Principal,
  ): Promise<TokenVerdict> {
    const verdict = await this.verdicts.verify(tenant, body);
    if (verdict.valid && verdict.token) this.noteUse(verdict.token, tenant, body);
    return verdict;
  }

  private noteUse(
    { id: tokenId, secretId }: NonNullable<TokenVerdict['token']>,
    tenant: string,
    { ip = '', scopes = [] }: VerifyTokenBody,
  ): void {
    this.uses.add({ tokenId, tenant, secretId, at: new Date().toISOString(), ip, country: '', scopes });
  }
}
