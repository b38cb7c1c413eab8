import { PasswordReset, PasswordResetBody, UserId } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { PasswordChanges } from './password-changes.js';

/** Letting somebody choose a new password who has lost hers. Make sure of who is asking. */
@Controller('v1/users/:id/password-reset')
export class PasswordResetsController {
  constructor(@Inject(PasswordChanges) private readonly changes: PasswordChanges) {}

  @Post()
  @Requires('users:write')
  @Operation('Make a one-time link to choose a password', PasswordReset)
  issue(
    @Param('id', { schema: UserId }) userId: string,
    @Body({ schema: PasswordResetBody }) { ttlSeconds }: PasswordResetBody,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<PasswordReset> {
    return this.changes.issueLink(tenant, userId, ttlSeconds, { actor, traceparent });
  }
}
