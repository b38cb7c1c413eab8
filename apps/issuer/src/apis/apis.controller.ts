import {
  ApiId,
  apiFields,
  ApiList,
  ApiView,
  ChangeApiBody,
  ChangedApi,
  HistoryPage,
  PageLimit,
  PublishApiBody,
  RetireApiBody,
  RetiredApi,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { newId } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { ApiChanges, type ApiRequest } from './api-changes.js';
import { Apis } from './apis.js';

const ListQuery = z.strictObject({
  cursor: ApiId.optional(),
  name: apiFields.name.optional(),
  limit: PageLimit,
});

/** APIs that a tenant publishes; gateways that let it claim their places serve them. */
@Controller('v1/apis')
export class ApisController {
  constructor(
    @Inject(Apis) private readonly apis: Apis,
    @Inject(ApiChanges) private readonly changes: ApiChanges,
  ) {}

  @Post()
  @Requires('apis:write')
  @Operation('Publish an API', ChangedApi)
  async publish(
    @Body({ schema: PublishApiBody }) { dryRun, ...terms }: PublishApiBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ChangedApi> {
    const command = { kind: 'publish', apiId: newId('api'), terms } as const;
    return { ...(await this.changes.publish(command, by(caller, traceparent, dryRun))), dryRun };
  }

  @Get()
  @Requires('apis:read')
  @Operation('List published APIs', ApiList)
  list(
    @Caller() { tenant }: Principal,
    @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>,
  ): Promise<ApiList> {
    return this.apis.list(tenant, query);
  }

  @Get(':id')
  @Requires('apis:read')
  @Operation('Read a published API', ApiView)
  get(@Caller() { tenant }: Principal, @Param('id', { schema: ApiId }) id: string): Promise<ApiView> {
    return this.apis.get(tenant, id);
  }

  /** Everything that happened to it, also after its end. */
  @Get(':id/events')
  @Requires('apis:read')
  @Operation('Read everything that happened to a published API', HistoryPage)
  history(@Caller() { tenant }: Principal, @Param('id', { schema: ApiId }) id: string): Promise<HistoryPage> {
    return this.apis.history(tenant, id);
  }

  @Put(':id')
  @Requires('apis:write')
  @Operation('Change a published API as a whole', ChangedApi)
  async change(
    @Param('id', { schema: ApiId }) apiId: string,
    @Body({ schema: ChangeApiBody }) { dryRun, version, ...terms }: ChangeApiBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ChangedApi> {
    const command = { kind: 'change', apiId, terms, version } as const;
    return { ...(await this.changes.publish(command, by(caller, traceparent, dryRun))), dryRun };
  }

  @Post(':id/retire')
  @HttpCode(200)
  @Requires('apis:write')
  @Operation('Retire a published API for good', RetiredApi)
  async retire(
    @Param('id', { schema: ApiId }) apiId: string,
    @Body({ schema: RetireApiBody }) { reason, dryRun }: RetireApiBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RetiredApi> {
    await this.changes.retire({ kind: 'retire', apiId, reason }, by(caller, traceparent, dryRun));
    return { id: apiId, dryRun };
  }
}

const by = ({ tenant, actor }: Principal, traceparent: string, dryRun: boolean): ApiRequest => ({
  tenant,
  metadata: { actor, traceparent },
  dryRun,
});
