import {
  CreateTenantBody,
  type IssuedToken,
  OPEN_POLICY,
  OPERATOR_TENANT,
  OwnerTokenBody,
  PageLimit,
  ReasonBody,
  TenantId,
  type TenantView,
  UpdateTenantBody,
} from '@gatehouse/contracts';
import { Caller, type Principal, Requires, Trace } from '@gatehouse/http';
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
  async list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    if (caller.tenant === OPERATOR_TENANT) return this.tenants.list(query);
    return { items: [await this.tenants.get(caller.tenant)], nextCursor: null };
  }

  @Get(':id')
  @Requires('tenants:read')
  get(@Param('id', { schema: TenantId }) id: string, @Caller() caller: Principal): Promise<TenantView> {
    refuseForeign(id, caller);
    return this.tenants.get(id);
  }

  @Patch(':id')
  @Requires('tenants:write')
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
