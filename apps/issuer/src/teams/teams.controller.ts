import {
  AddTeamMemberBody,
  CreateTeamBody,
  PageLimit,
  TeamId,
  TeamList,
  TeamMemberList,
  TeamView,
  UpdateTeamBody,
  UserId,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { newId } from '@gatehouse/kernel';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { TeamReach } from './reach.js';
import type { TeamCommand } from './team.decider.js';
import { Teams } from './teams.js';

const ListQuery = z.strictObject({ cursor: TeamId.optional(), limit: PageLimit });
const MembersQuery = z.strictObject({ cursor: UserId.optional(), limit: PageLimit });
const RemoveQuery = z.strictObject({ reason: z.string().trim().min(1).max(500).default('removed') });

/** People who share applications and service accounts. */
@Controller('v1/teams')
export class TeamsController {
  constructor(
    @Inject(Teams) private readonly teams: Teams,
    @Inject(TeamReach) private readonly reach: TeamReach,
  ) {}

  @Post()
  @Requires('teams:write')
  @Operation('Create a team', TeamView)
  async create(
    @Body({ schema: CreateTeamBody }) terms: CreateTeamBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<TeamView> {
    return this.apply({ kind: 'create', teamId: newId('team'), terms }, caller, traceparent);
  }

  /** A developer sees the teams she is in. */
  @Get()
  @Requires('apps:read')
  @Operation('List the teams the caller is in, or may see', TeamList)
  async list(
    @Caller() caller: Principal,
    @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>,
  ): Promise<TeamList> {
    return this.teams.list(caller.tenant, await this.reach.of(caller), query);
  }

  @Get(':id')
  @Requires('apps:read')
  @Operation('Read a team', TeamView)
  async get(@Caller() caller: Principal, @Param('id', { schema: TeamId }) id: string): Promise<TeamView> {
    return this.teams.get(caller.tenant, await this.reach.of(caller), id);
  }

  @Patch(':id')
  @Requires('teams:write')
  @Operation('Change what a team is called', TeamView)
  update(
    @Param('id', { schema: TeamId }) teamId: string,
    @Body({ schema: UpdateTeamBody }) changes: UpdateTeamBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<TeamView> {
    return this.apply({ kind: 'update', teamId, changes }, caller, traceparent);
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('teams:write')
  @Operation('Delete a team that has no application and no service account')
  async delete(
    @Param('id', { schema: TeamId }) teamId: string,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    await this.teams.handle(tenant, { kind: 'delete', teamId }, { actor, traceparent });
  }

  @Get(':id/members')
  @Requires('apps:read')
  @Operation('List who is in a team', TeamMemberList)
  async members(
    @Caller() caller: Principal,
    @Param('id', { schema: TeamId }) id: string,
    @Query({ schema: MembersQuery }) query: z.infer<typeof MembersQuery>,
  ): Promise<TeamMemberList> {
    return this.teams.members(caller.tenant, await this.reach.of(caller), id, query);
  }

  @Post(':id/members')
  @HttpCode(204)
  @Requires('teams:write')
  @Operation('Add a person of the tenant to a team')
  async add(
    @Param('id', { schema: TeamId }) teamId: string,
    @Body({ schema: AddTeamMemberBody }) { userId }: AddTeamMemberBody,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    await this.teams.handle(tenant, { kind: 'add-member', teamId, userId }, { actor, traceparent });
  }

  /** From the answer on, what is the team's is not there for her. */
  @Delete(':id/members/:userId')
  @HttpCode(204)
  @Requires('teams:write')
  @Operation('Remove a person from a team')
  async remove(
    @Param('id', { schema: TeamId }) teamId: string,
    @Param('userId', { schema: UserId }) userId: string,
    @Query({ schema: RemoveQuery }) { reason }: z.infer<typeof RemoveQuery>,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    const command = { kind: 'remove-member', teamId, userId, reason } as const;
    await this.teams.handle(tenant, command, { actor, traceparent });
  }

  private async apply(command: TeamCommand, caller: Principal, traceparent: string): Promise<TeamView> {
    await this.teams.handle(caller.tenant, command, { actor: caller.actor, traceparent });
    return this.teams.get(caller.tenant, 'all', command.teamId);
  }
}
