import { OPERATOR_TENANT, RoutesAnswer } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject } from '@nestjs/common';
import { Gateway } from '../gateway.js';
import { outdatedOf, unservedOf } from '../publishing/shown-verdicts.js';

/** The routes in force at this gateway: a tenant sees its own, the operator's tenant all of them. */
@Controller('v1/routes')
export class RoutesController {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  @Get()
  @Requires('gateway:read')
  @Operation('List the routes in force', RoutesAnswer)
  read(@Caller() { tenant }: Principal): RoutesAnswer {
    const { routes, id } = this.gateway;
    const { views, verdicts, loadedAt } = routes.current;
    const isSeen = (of: { tenant: string }) => tenant === OPERATOR_TENANT || of.tenant === tenant;
    return {
      gateway: id,
      loadedAt: loadedAt.toISOString(),
      rejected: tenant === OPERATOR_TENANT ? routes.rejected : null,
      routes: views.filter(isSeen),
      unserved: unservedOf(verdicts.filter(isSeen)),
      outdated: outdatedOf(verdicts.filter(isSeen)),
    };
  }
}
