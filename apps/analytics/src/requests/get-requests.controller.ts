import { OPERATOR_TENANT, RequestsAnswer, RequestsQuery } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { RequestReader } from './request-reader.js';

/** Single requests: a tenant sees its own, the operator's tenant all of them. */
@Controller('v1/requests')
export class GetRequestsController {
  constructor(@Inject(RequestReader) private readonly requests: RequestReader) {}

  @Get()
  @Requires('requests:read')
  @Operation('Read single requests in the order they came', RequestsAnswer)
  get(
    @Query({ schema: RequestsQuery }) query: RequestsQuery,
    @Caller() { tenant }: Principal,
  ): Promise<RequestsAnswer> {
    return this.requests.page(query, tenant === OPERATOR_TENANT ? undefined : tenant);
  }
}
