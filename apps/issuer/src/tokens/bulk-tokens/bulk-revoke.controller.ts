import { BulkRevokeBody, type TokenView } from '@gatehouse/contracts';
import { Caller, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { TokenChanges } from '../token-changes.js';
import { type BulkResult, refused } from './bulk-result.js';

/** Transactions under way at once: more would only wait for the pool. */
const AT_ONCE = 8;

@Controller('v1/tokens/bulk-revoke')
export class BulkRevokeController {
  constructor(@Inject(TokenChanges) private readonly changes: TokenChanges) {}

  /** 200 with a result for each id: an unknown one does not hold up the others. */
  @Post()
  @HttpCode(200)
  @Requires('tokens:write')
  async revoke(
    @Body({ schema: BulkRevokeBody }) { ids, reason }: BulkRevokeBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
    @Req() { id: requestId }: { id: string },
  ): Promise<{ results: BulkResult<TokenView>[] }> {
    const results: BulkResult<TokenView>[] = [];
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      const some = ids.slice(i, i + AT_ONCE).map(async (tokenId): Promise<BulkResult<TokenView>> => {
        try {
          return {
            ok: true,
            value: await this.changes.apply({ kind: 'revoke', tokenId, reason }, { caller, traceparent }),
          };
        } catch (error) {
          return refused(error, requestId);
        }
      });
      results.push(...(await Promise.all(some)));
    }
    return { results };
  }
}
