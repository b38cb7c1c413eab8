import { IssuedToken, IssueTokenBody } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { IssueTokenService } from './issue-token.service.js';

@Controller('v1/tokens')
export class IssueTokenController {
  constructor(@Inject(IssueTokenService) private readonly tokens: IssueTokenService) {}

  @Post()
  @Requires('tokens:write')
  @Operation('Issue a token; its secret is in this answer alone', IssuedToken)
  issue(
    @Body({ schema: IssueTokenBody }) body: IssueTokenBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<IssuedToken> {
    return this.tokens.issue(body, caller, traceparent);
  }
}
