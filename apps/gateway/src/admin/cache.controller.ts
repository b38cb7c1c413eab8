import { CachePurgeAnswer, CachePurgeQuery, OPERATOR_TENANT } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Delete, HttpCode, Inject, Query } from '@nestjs/common';
import { Gateway } from '../gateway.js';

/** The answers this gateway keeps: a tenant purges its own, the operator's tenant all of them. */
@Controller('v1/cache')
export class CacheController {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  @Delete()
  @HttpCode(200)
  @Requires('cache:purge')
  @Operation('Forget kept answers, by route and path', CachePurgeAnswer)
  purge(
    @Query({ schema: CachePurgeQuery }) { route, prefix, dryRun }: CachePurgeQuery,
    @Caller() { tenant }: Principal,
  ): CachePurgeAnswer {
    const { caches, routes, id } = this.gateway;
    const mayPurge = (owner: string) => tenant === OPERATOR_TENANT || owner === tenant;
    if (route !== undefined && !routes.current.views.some((one) => one.id === route && mayPurge(one.tenant)))
      throw new DomainError('not-found', 'not-found', `No route here is called ${route}.`);
    const dropped = caches.purge(
      (place) =>
        mayPurge(place.tenant) &&
        (route === undefined || place.route === route) &&
        (prefix === undefined || place.target.startsWith(prefix)),
      dryRun,
    );
    return { gateway: id, dryRun, ...dropped };
  }
}
