import { type LookupAnswer, TokenVerdict, VerifyTokenBody } from '@gatehouse/contracts';
import { Caller, isAddressAllowed, Operation, type Principal, Requires } from '@gatehouse/http';
import { digestOfToken, parseOpaqueToken } from '@gatehouse/kernel';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { UseBuffer } from '../../token-use/use-buffer.js';
import { AnswersAfresh } from '../../idempotency/answers-afresh.js';
import { TokenLookups } from '../lookup-token/token-lookups.js';

type Found = Extract<LookupAnswer, { found: true }>;

/** The gateway's decision on a token, for whoever guards something himself. */
@Controller('v1/tokens/verify')
export class VerifyTokenController {
  constructor(
    @Inject(TokenLookups) private readonly lookups: TokenLookups,
    @Inject(UseBuffer) private readonly uses: UseBuffer,
  ) {}

  @Post()
  @HttpCode(200)
  @AnswersAfresh()
  @Requires('tokens:verify')
  @Operation('Verify a token, with a typed code', TokenVerdict)
  async verify(
    @Body({ schema: VerifyTokenBody }) body: VerifyTokenBody,
    @Caller() caller: Principal,
  ): Promise<TokenVerdict> {
    if (body.token !== undefined && !parseOpaqueToken(body.token))
      return { valid: false, code: 'token-malformed' };
    const found = await this.lookups.lookup(body.digest ?? digestOfToken(body.token ?? ''));
    // Another tenant's token is not there.
    if (!found.found || found.tenant !== caller.tenant) return { valid: false, code: 'token-unknown' };
    const code = codeFor(found, body);
    if (code === 'valid') this.noteUse(found, body);
    const { tokenId: id, secretId, scopes, expiresAt } = found;
    return { valid: code === 'valid', code, token: { id, secretId, scopes, expiresAt } };
  }

  private noteUse({ tokenId, tenant, secretId }: Found, { ip = '', scopes = [] }: VerifyTokenBody): void {
    this.uses.add({ tokenId, tenant, secretId, at: new Date().toISOString(), ip, country: '', scopes });
  }
}

/** In the gateway's order: first whether the token is good at all, then whether it is good for this. */
function codeFor(found: Found, { scopes = [], ip }: VerifyTokenBody): TokenVerdict['code'] {
  switch (found.status) {
    case 'revoked':
      return 'token-revoked';
    case 'retired':
      return 'secret-retired';
    case 'suspended':
      return 'token-suspended';
    case 'active':
      break;
  }
  if (found.expiresAt !== null && Date.parse(found.expiresAt) <= Date.now()) return 'token-expired';
  if (ip !== undefined && !isAddressAllowed(ip, found.ipAllow)) return 'ip-not-allowed';
  return scopes.every((scope) => found.scopes.includes(scope)) ? 'valid' : 'scope-insufficient';
}
