import { CachePurgeAnswer, CachePurgeQuery, type RouteView } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Delete, HttpCode, Inject, Query } from '@nestjs/common';
import { Gateway } from '../gateway.js';
import { SIBLINGS, type Siblings } from '../workers/siblings.js';
import { mayPurge, purgeCache } from './purge-cache.js';

/** How many went at one worker. */
const Purged = CachePurgeAnswer.pick({ answers: true, bytes: true });

/** The answers this gateway keeps: a tenant purges its own, the operator's tenant all of them. */
@Controller('v1/cache')
export class CacheController {
  constructor(
    @Inject(Gateway) private readonly gateway: Gateway,
    @Inject(SIBLINGS) private readonly siblings: Siblings,
  ) {}

  @Delete()
  @HttpCode(200)
  @Requires('cache:purge')
  @Operation('Forget kept answers, by route and path', CachePurgeAnswer)
  async purge(
    @Query({ schema: CachePurgeQuery }) query: CachePurgeQuery,
    @Caller() { tenant }: Principal,
  ): Promise<CachePurgeAnswer> {
    const { routes, id } = this.gateway;
    const { route, dryRun } = query;
    const purge = { ...query, tenant };
    const isOwn = (one: RouteView) => one.id === route && mayPurge(purge, one.tenant);
    if (route !== undefined && !routes.current.views.some(isOwn))
      throw new DomainError('not-found', 'not-found', `No route here is called ${route}.`);
    const here = purgeCache(this.gateway, purge);
    const there = await this.siblings.ask({ about: 'purge', ...purge });
    // One that did not answer may keep what was to go: better an error than a wrong count.
    const all = [here, ...there.map((answer) => Purged.parse(answer))];
    return {
      gateway: id,
      dryRun,
      answers: all.reduce((sum, { answers }) => sum + answers, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}
