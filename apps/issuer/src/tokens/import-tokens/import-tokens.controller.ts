import { bulkOf, ImportTokensBody, TokenView } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { BulkResult } from '../bulk-tokens/bulk-result.js';
import { TokenImport } from './token-import.service.js';

@Controller('v1/tokens/import')
export class ImportTokensController {
  constructor(@Inject(TokenImport) private readonly tokens: TokenImport) {}

  /** 200 with a result for each item: some may be refused while the others are taken over. */
  @Post()
  @HttpCode(200)
  @Requires('tokens:write')
  @Operation('Take over keys of another system by their hashes', bulkOf(TokenView))
  async import(
    @Body({ schema: ImportTokensBody }) { tokens }: ImportTokensBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
    @Req() { id: requestId }: { id: string },
  ): Promise<{ results: BulkResult<TokenView>[] }> {
    return { results: await this.tokens.import(tokens, caller, traceparent, requestId) };
  }
}
