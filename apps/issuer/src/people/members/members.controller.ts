import {
  AddMemberBody,
  ChangeMemberBody,
  MemberList,
  MemberView,
  PageLimit,
  UserId,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { MemberCommand } from './member.decider.js';
import { Members } from './members.js';

const ListQuery = z.strictObject({ cursor: UserId.optional(), limit: PageLimit });
const RemoveQuery = z.strictObject({ reason: z.string().trim().min(1).max(500).default('removed') });

/** People with a role in the caller's tenant. */
@Controller('v1/members')
export class MembersController {
  constructor(@Inject(Members) private readonly members: Members) {}

  @Post()
  @Requires('members:write')
  @Operation('Give a person of the tenant a role', MemberView)
  add(
    @Body({ schema: AddMemberBody }) body: AddMemberBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<MemberView> {
    return this.apply({ kind: 'add', ...body, grantedBy: caller.scopes }, caller, traceparent);
  }

  @Get()
  @Requires('members:read')
  @Operation('List who has which role', MemberList)
  list(
    @Caller() caller: Principal,
    @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>,
  ): Promise<MemberList> {
    return this.members.list(caller.tenant, query);
  }

  @Get(':id')
  @Requires('members:read')
  @Operation('Show a person’s role', MemberView)
  get(@Caller() caller: Principal, @Param('id', { schema: UserId }) userId: string): Promise<MemberView> {
    return this.members.get(caller.tenant, userId);
  }

  /** Her access tokens end; new ones say what she may do from now on. */
  @Patch(':id')
  @Requires('members:write')
  @Operation('Change a person’s role', MemberView)
  change(
    @Param('id', { schema: UserId }) userId: string,
    @Body({ schema: ChangeMemberBody }) { role }: ChangeMemberBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<MemberView> {
    return this.apply({ kind: 'change', userId, role, grantedBy: caller.scopes }, caller, traceparent);
  }

  /** Her access tokens end. She stays a user: disabling or erasing her is another step. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('members:write')
  @Operation('Take a person’s role')
  async remove(
    @Param('id', { schema: UserId }) userId: string,
    @Query({ schema: RemoveQuery }) { reason }: z.infer<typeof RemoveQuery>,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    const command = { kind: 'remove', userId, reason, grantedBy: caller.scopes } as const;
    await this.members.handle(caller.tenant, command, { actor: caller.actor, traceparent });
  }

  private async apply(command: MemberCommand, caller: Principal, traceparent: string): Promise<MemberView> {
    await this.members.handle(caller.tenant, command, { actor: caller.actor, traceparent });
    return this.members.get(caller.tenant, command.userId);
  }
}
