import {
  CreateIdentityBody,
  IdentityId,
  IdentityList,
  IdentityView,
  PageLimit,
  UpdateIdentityBody,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { newId } from '@gatehouse/kernel';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Revocations } from '../revocations/revocations.js';
import { Identities } from './identities.js';

const ListQuery = z.strictObject({
  cursor: IdentityId.optional(),
  externalId: CreateIdentityBody.shape.externalId.optional(),
  limit: PageLimit,
});

/** `revoke=true`: its tokens end first, at most 250 with each call. */
const DeleteQuery = z.strictObject({ revoke: z.enum(['true', 'false']).optional() });

/** Whose tokens share limits and credits. */
@Controller('v1/identities')
export class IdentitiesController {
  constructor(
    @Inject(Identities) private readonly identities: Identities,
    @Inject(Revocations) private readonly revocations: Revocations,
  ) {}

  @Post()
  @Requires('tokens:write')
  @Operation('Create an identity', IdentityView)
  async create(
    @Body({ schema: CreateIdentityBody }) body: CreateIdentityBody,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<IdentityView> {
    const identityId = newId('idn');
    const { externalId, name, metadata = {}, limits = [], credits = null } = body;
    const terms = { name, metadata, limits, credits };
    await this.identities.handle(
      tenant,
      { kind: 'create', identityId, externalId, terms },
      { actor, traceparent },
    );
    return this.identities.get(tenant, identityId);
  }

  @Get()
  @Requires('tokens:read')
  @Operation('List identities', IdentityList)
  list(
    @Caller() { tenant }: Principal,
    @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>,
  ): Promise<IdentityList> {
    return this.identities.list(tenant, query);
  }

  @Get(':id')
  @Requires('tokens:read')
  @Operation('Read an identity', IdentityView)
  get(
    @Caller() { tenant }: Principal,
    @Param('id', { schema: IdentityId }) id: string,
  ): Promise<IdentityView> {
    return this.identities.get(tenant, id);
  }

  @Patch(':id')
  @Requires('tokens:write')
  @Operation('Change an identity', IdentityView)
  async update(
    @Param('id', { schema: IdentityId }) identityId: string,
    @Body({ schema: UpdateIdentityBody }) changes: UpdateIdentityBody,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<IdentityView> {
    await this.identities.handle(tenant, { kind: 'update', identityId, changes }, { actor, traceparent });
    return this.identities.get(tenant, identityId);
  }

  /** Its external id is free again. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('tokens:write')
  @Operation('Delete an identity that has no live token, or with revoke=true its tokens with it')
  async delete(
    @Param('id', { schema: IdentityId }) identityId: string,
    @Query({ schema: DeleteQuery }) { revoke }: z.infer<typeof DeleteQuery>,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    const { tenant, actor } = caller;
    if (revoke === 'true') {
      const reason = `its identity ${identityId} was deleted`;
      const target = { kind: 'identity', of: identityId } as const;
      await this.revocations.revoke(target, { caller, traceparent, reason, dryRun: false });
    }
    await this.identities.delete(tenant, identityId, { actor, traceparent });
  }
}
