import { BulkIssueBody, bulkOf, IssuedToken } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { BulkIssue } from './bulk-issue.service.js';
import type { BulkResult } from './bulk-result.js';

@Controller('v1/tokens/bulk')
export class BulkIssueController {
  constructor(@Inject(BulkIssue) private readonly bulk: BulkIssue) {}

  /** 200 with a result for each item: some may be refused while the others are issued. */
  @Post()
  @HttpCode(200)
  @Requires('tokens:write')
  @Operation('Issue up to a thousand tokens', bulkOf(IssuedToken))
  async issue(
    @Body({ schema: BulkIssueBody }) { tokens }: BulkIssueBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
    @Req() { id: requestId }: { id: string },
  ): Promise<{ results: BulkResult<IssuedToken>[] }> {
    return { results: await this.bulk.issue(tokens, caller, traceparent, requestId) };
  }
}
