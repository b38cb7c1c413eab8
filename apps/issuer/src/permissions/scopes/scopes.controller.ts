import { DefineScopeBody, PageLimit, ScopeList, ScopeName, ScopeView } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { CustomScopes } from './custom-scopes.js';

const ListQuery = z.strictObject({ cursor: ScopeName.optional(), limit: PageLimit });

/** The scopes a tenant defines for its own APIs. */
@Controller('v1/scopes')
export class ScopesController {
  constructor(@Inject(CustomScopes) private readonly scopes: CustomScopes) {}

  @Get()
  @Requires('scopes:read')
  @Operation('List the tenant’s own scopes', ScopeList)
  list(
    @Caller() caller: Principal,
    @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>,
  ): Promise<ScopeList> {
    return this.scopes.list(caller.tenant, query);
  }

  @Put(':name')
  @Requires('scopes:write')
  @Operation('Define a scope', ScopeView)
  async define(
    @Param('name', { schema: ScopeName }) name: string,
    @Body({ schema: DefineScopeBody }) terms: DefineScopeBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ScopeView> {
    const by = { actor: caller.actor, traceparent };
    await this.scopes.handle(caller.tenant, { kind: 'define', name, ...terms }, by);
    return { name, ...terms };
  }

  /** Tokens that have it keep it. */
  @Delete(':name')
  @HttpCode(204)
  @Requires('scopes:write')
  @Operation('Retire a scope')
  async retire(
    @Param('name', { schema: ScopeName }) name: string,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    await this.scopes.handle(caller.tenant, { kind: 'retire', name }, { actor: caller.actor, traceparent });
  }
}
