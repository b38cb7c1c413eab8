import type { RoutesAnswer } from '@gatehouse/contracts';
import { Requires } from '@gatehouse/http';
import { Controller, Get, Inject } from '@nestjs/common';
import { Gateway } from '../gateway.js';

/** The routes in force at this gateway. */
@Controller('v1/routes')
export class RoutesController {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  @Get()
  @Requires('gateway:read')
  read(): RoutesAnswer {
    const { routes, id } = this.gateway;
    const { views, loadedAt } = routes.current;
    return {
      gateway: id,
      loadedAt: loadedAt.toISOString(),
      rejected: routes.rejected,
      routes: [...views],
    };
  }
}
