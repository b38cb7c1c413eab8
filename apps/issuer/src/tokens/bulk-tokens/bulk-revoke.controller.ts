import { bulkOf, BulkRevokeBody, TokenView } from '@gatehouse/contracts';
import { JoiningDataSource } from '@gatehouse/event-store';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { TokenChanges } from '../token-changes.js';
import { type BulkResult, refused } from './bulk-result.js';
import { TeamReach } from '../../teams/reach.js';
import { tokenNotFound } from '../token.errors.js';

/** Tokens that share a commit: more would keep the feed waiting for it. */
const AT_ONCE = 100;

@Controller('v1/tokens/bulk-revoke')
export class BulkRevokeController {
  constructor(
    @Inject(TokenChanges) private readonly changes: TokenChanges,
    @Inject(TeamReach) private readonly reach: TeamReach,
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
  ) {}

  /** 200 with a result for each id: an unknown one does not hold up the others. */
  @Post()
  @HttpCode(200)
  @Requires('tokens:write')
  @Operation('Revoke up to a thousand tokens', bulkOf(TokenView))
  async revoke(
    @Body({ schema: BulkRevokeBody }) { ids, reason }: BulkRevokeBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
    @Req() { id: requestId }: { id: string },
  ): Promise<{ results: BulkResult<TokenView>[] }> {
    const results = new Map<string, BulkResult<TokenView>>();
    const inOrder = [...new Set(ids)].toSorted(); // two of these at once never wait for each other in a circle
    for (let i = 0; i < inOrder.length; i += AT_ONCE)
      await this.dataSource.asOne(async () => {
        for (const tokenId of inOrder.slice(i, i + AT_ONCE))
          results.set(tokenId, await this.revokeOne({ tokenId, reason }, { caller, traceparent, requestId }));
      });
    return { results: ids.map((id) => results.get(id)!) };
  }

  private async revokeOne(
    asked: { tokenId: string; reason: string },
    { requestId, ...request }: { caller: Principal; traceparent: string; requestId: string },
  ): Promise<BulkResult<TokenView>> {
    try {
      await this.reach.refuseBeyond(request.caller, [asked.tokenId], tokenNotFound);
      return { ok: true, value: await this.changes.apply({ kind: 'revoke', ...asked }, request) };
    } catch (error) {
      return refused(error, requestId);
    }
  }
}
