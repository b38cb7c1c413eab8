import {
  CreateUserBody,
  PageLimit,
  pageOf,
  ReasonBody,
  UpdateUserBody,
  UserId,
  UserView,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Sessions } from '../../sign-in/sessions/sessions.js';
import type { ChangePassword, CreateUser, UserCommand } from './user.commands.js';
import { UserHandler } from './user.handler.js';
import { Users } from './users.js';

const ListQuery = z.strictObject({ cursor: UserId.optional(), limit: PageLimit });

/** People who can sign in. */
@Controller('v1/users')
export class UsersController {
  constructor(
    @Inject(Users) private readonly users: Users,
    @Inject(UserHandler) private readonly handler: UserHandler,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  @Post()
  @Requires('users:write')
  @Operation('Create a user', UserView)
  create(
    @Body({ schema: CreateUserBody }) body: CreateUserBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<UserView> {
    return this.users.create(caller.tenant, body, { actor: caller.actor, traceparent });
  }

  @Get()
  @Requires('users:read')
  @Operation('List users', pageOf(UserView))
  list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    return this.users.list(caller.tenant, query);
  }

  @Get(':id')
  @Requires('users:read')
  @Operation('Read a user', UserView)
  get(@Caller() caller: Principal, @Param('id', { schema: UserId }) id: string): Promise<UserView> {
    return this.users.get(caller.tenant, id);
  }

  @Patch(':id')
  @Requires('users:write')
  @Operation('Change a user', UserView)
  update(
    @Param('id', { schema: UserId }) userId: string,
    @Body({ schema: UpdateUserBody }) changes: UpdateUserBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<UserView> {
    return this.users.update(caller.tenant, userId, changes, { actor: caller.actor, traceparent });
  }

  /** Ends what the person holds; she can be let in again. */
  @Post(':id/disable')
  @HttpCode(200)
  @Requires('users:write')
  @Operation('Disable a user and end what she holds', UserView)
  async disable(
    @Param('id', { schema: UserId }) userId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<UserView> {
    await this.handle({ kind: 'disable', userId, reason }, caller, traceparent);
    await this.signOut(userId, caller, traceparent);
    return this.users.get(caller.tenant, userId);
  }

  @Post(':id/enable')
  @HttpCode(200)
  @Requires('users:write')
  @Operation('Enable a user again', UserView)
  async enable(
    @Param('id', { schema: UserId }) userId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<UserView> {
    await this.handle({ kind: 'enable', userId, reason }, caller, traceparent);
    return this.users.get(caller.tenant, userId);
  }

  /** Erases the person: her key is destroyed, so no copy of her name or address can be read again. Not to be undone. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('users:write')
  @Operation('Erase a person; the history stays')
  async erase(
    @Param('id', { schema: UserId }) userId: string,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    await this.handle({ kind: 'erase', userId }, caller, traceparent);
    await this.signOut(userId, caller, traceparent);
  }

  private async signOut(userId: string, { tenant, actor }: Principal, traceparent: string): Promise<void> {
    const ending = { reason: 'user-disabled', metadata: { actor, traceparent } } as const;
    await this.sessions.endAll(tenant, userId, ending);
  }

  private async handle(
    command: Exclude<UserCommand, CreateUser | ChangePassword>,
    caller: Principal,
    traceparent: string,
  ): Promise<void> {
    await this.handler.handle(caller.tenant, command, { actor: caller.actor, traceparent });
  }
}
