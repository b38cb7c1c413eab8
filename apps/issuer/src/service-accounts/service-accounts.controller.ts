import {
  ChangedServiceAccount,
  CreateServiceAccountBody,
  DeleteServiceAccountQuery,
  HistoryPage,
  PageLimit,
  ServiceAccountEffect,
  ServiceAccountId,
  ServiceAccountList,
  ServiceAccountReasonBody,
  ServiceAccountView,
  UpdateServiceAccountBody,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { newId } from '@gatehouse/kernel';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { type AccountRequest, ServiceAccountChanges } from './service-account-changes.js';
import { ServiceAccounts } from './service-accounts.js';
import { TeamReach } from '../teams/reach.js';
import { WithinReach } from '../teams/within-reach.guard.js';
import { serviceAccountNotFound } from './service-account.errors.js';

const ListQuery = z.strictObject({
  cursor: ServiceAccountId.optional(),
  /** Only those this one answers for. */
  owner: CreateServiceAccountBody.shape.owner.optional(),
  limit: PageLimit,
});

/** Programs of the tenant's own, for which tokens are issued. */
@Controller('v1/service-accounts')
export class ServiceAccountsController {
  constructor(
    @Inject(ServiceAccounts) private readonly accounts: ServiceAccounts,
    @Inject(TeamReach) private readonly reach: TeamReach,
    @Inject(ServiceAccountChanges) private readonly changes: ServiceAccountChanges,
  ) {}

  @Post()
  @Requires('service-accounts:write')
  @Operation('Create a service account', ServiceAccountView)
  async create(
    @Body({ schema: CreateServiceAccountBody }) terms: CreateServiceAccountBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ServiceAccountView> {
    const serviceAccountId = newId('sac');
    const command = { kind: 'create', serviceAccountId, terms, grantedBy: caller.scopes } as const;
    const { tokens: _none, ...created } = await this.changes.apply(command, by(caller, traceparent));
    return created;
  }

  @Get()
  @Requires('service-accounts:read')
  @Operation('List service accounts', ServiceAccountList)
  async list(
    @Caller() caller: Principal,
    @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>,
  ): Promise<ServiceAccountList> {
    return this.accounts.list(caller.tenant, await this.reach.of(caller), query);
  }

  @Get(':id')
  @WithinReach(serviceAccountNotFound)
  @Requires('service-accounts:read')
  @Operation('Read a service account', ServiceAccountView)
  get(
    @Caller() { tenant }: Principal,
    @Param('id', { schema: ServiceAccountId }) id: string,
  ): Promise<ServiceAccountView> {
    return this.accounts.get(tenant, id);
  }

  /** Everything that happened to it, also after its end. */
  @Get(':id/events')
  @WithinReach(serviceAccountNotFound)
  @Requires('service-accounts:read')
  @Operation('Read everything that happened to a service account', HistoryPage)
  history(
    @Caller() { tenant }: Principal,
    @Param('id', { schema: ServiceAccountId }) id: string,
  ): Promise<HistoryPage> {
    return this.accounts.history(tenant, id);
  }

  @Patch(':id')
  @WithinReach(serviceAccountNotFound)
  @Requires('service-accounts:write')
  @Operation('Change a service account; its tokens lose what it may no longer hold', ChangedServiceAccount)
  update(
    @Param('id', { schema: ServiceAccountId }) serviceAccountId: string,
    @Body({ schema: UpdateServiceAccountBody }) { dryRun, ...changes }: UpdateServiceAccountBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ChangedServiceAccount> {
    const command = { kind: 'update', serviceAccountId, changes, grantedBy: caller.scopes } as const;
    return this.changes.apply(command, by(caller, traceparent, dryRun));
  }

  @Post(':id/suspend')
  @WithinReach(serviceAccountNotFound)
  @HttpCode(200)
  @Requires('service-accounts:write')
  @Operation('Suspend a service account with its tokens', ChangedServiceAccount)
  suspend(
    @Param('id', { schema: ServiceAccountId }) serviceAccountId: string,
    @Body({ schema: ServiceAccountReasonBody }) { reason, dryRun }: ServiceAccountReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ChangedServiceAccount> {
    return this.changes.apply({ kind: 'suspend', serviceAccountId, reason }, by(caller, traceparent, dryRun));
  }

  @Post(':id/resume')
  @WithinReach(serviceAccountNotFound)
  @HttpCode(200)
  @Requires('service-accounts:write')
  @Operation('Resume a service account with the tokens that were suspended with it', ChangedServiceAccount)
  resume(
    @Param('id', { schema: ServiceAccountId }) serviceAccountId: string,
    @Body({ schema: ServiceAccountReasonBody }) { reason, dryRun }: ServiceAccountReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ChangedServiceAccount> {
    return this.changes.apply({ kind: 'resume', serviceAccountId, reason }, by(caller, traceparent, dryRun));
  }

  @Delete(':id')
  @WithinReach(serviceAccountNotFound)
  @Requires('service-accounts:write')
  @Operation('Delete a service account and revoke its tokens', ServiceAccountEffect)
  delete(
    @Param('id', { schema: ServiceAccountId }) serviceAccountId: string,
    @Query({ schema: DeleteServiceAccountQuery }) { reason, dryRun }: DeleteServiceAccountQuery,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ServiceAccountEffect> {
    const command = { kind: 'delete', serviceAccountId, reason } as const;
    return this.changes.delete(command, by(caller, traceparent, dryRun === 'true'));
  }
}

const by = ({ tenant, actor }: Principal, traceparent: string, dryRun = false): AccountRequest => ({
  tenant,
  metadata: { actor, traceparent },
  dryRun,
});
