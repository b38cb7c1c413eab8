import {
  CreateTenantBody,
  IssuedToken,
  OPEN_POLICY,
  OPERATOR_TENANT,
  OwnerTokenBody,
  PageLimit,
  pageOf,
  ReasonBody,
  TenantId,
  TenantView,
  UpdateTenantBody,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { OwnerTokens } from './owner-tokens.js';
import type { TenantCommand } from './tenant.commands.js';
import { tenantNotFound } from './tenant.errors.js';
import { Tenants } from './tenants.js';

const ListQuery = z.strictObject({ cursor: TenantId.optional(), limit: PageLimit });

/** The operator sees and changes every tenant; a tenant sees and changes itself. */
@Controller('v1/tenants')
export class TenantsController {
  constructor(
    @Inject(Tenants) private readonly tenants: Tenants,
    @Inject(OwnerTokens) private readonly ownerTokens: OwnerTokens,
  ) {}

  @Post()
  @Requires('tenants:manage')
  @Operation('Create a tenant', TenantView)
  create(
    @Body({ schema: CreateTenantBody }) { id: tenantId, name, policy }: CreateTenantBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<TenantView> {
    const command = { kind: 'create', tenantId, name, policy: { ...OPEN_POLICY, ...policy } } as const;
    return this.apply(command, caller, traceparent);
  }

  @Get()
  @Requires('tenants:read')
  @Operation('List tenants', pageOf(TenantView))
  async list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    if (caller.tenant === OPERATOR_TENANT) return this.tenants.list(query);
    return { items: [await this.tenants.get(caller.tenant)], nextCursor: null };
  }

  @Get(':id')
  @Requires('tenants:read')
  @Operation('Read a tenant', TenantView)
  get(@Param('id', { schema: TenantId }) id: string, @Caller() caller: Principal): Promise<TenantView> {
    refuseForeign(id, caller);
    return this.tenants.get(id);
  }

  @Patch(':id')
  @Requires('tenants:write')
  @Operation('Change a tenant’s name or policy', TenantView)
  update(
    @Param('id', { schema: TenantId }) tenantId: string,
    @Body({ schema: UpdateTenantBody }) changes: UpdateTenantBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<TenantView> {
    refuseForeign(tenantId, caller);
    return this.apply({ kind: 'update', tenantId, ...changes }, caller, traceparent);
  }

  /** From the answer on the issuer lets none of its tokens through; gateways hear of it as of a revocation. */
  @Post(':id/suspend')
  @HttpCode(200)
  @Requires('tenants:manage')
  @Operation('Suspend a tenant: nothing of it works anywhere', TenantView)
  suspend(
    @Param('id', { schema: TenantId }) tenantId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<TenantView> {
    return this.apply({ kind: 'suspend', tenantId, reason }, caller, traceparent);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Requires('tenants:manage')
  @Operation('Resume a tenant', TenantView)
  resume(
    @Param('id', { schema: TenantId }) tenantId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<TenantView> {
    return this.apply({ kind: 'resume', tenantId, reason }, caller, traceparent);
  }

  /** A token of the tenant's with the role `owner`: how its first owner gets in, or one who has lost his token. */
  @Post(':id/owner-tokens')
  @Requires('tenants:manage')
  @Operation('Issue a token with the owner’s role', IssuedToken)
  issueOwnerToken(
    @Param('id', { schema: TenantId }) tenantId: string,
    @Body({ schema: OwnerTokenBody }) body: OwnerTokenBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<IssuedToken> {
    return this.ownerTokens.issue(tenantId, body, { actor: caller.actor, traceparent });
  }

  private async apply(command: TenantCommand, caller: Principal, traceparent: string): Promise<TenantView> {
    await this.tenants.handle(command, { actor: caller.actor, traceparent });
    return this.tenants.get(command.tenantId);
  }
}

function refuseForeign(id: string, { tenant }: Principal): void {
  if (tenant !== OPERATOR_TENANT && tenant !== id) throw tenantNotFound(id);
}
