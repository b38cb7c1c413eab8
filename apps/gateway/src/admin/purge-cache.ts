import { type CachePurgeQuery, OPERATOR_TENANT } from '@gatehouse/contracts';
import type { Dropped } from '../cache/cache-store.js';
import type { Gateway } from '../gateway.js';

/** What is to go, and for whom: a tenant purges its own answers, the operator's tenant all of them. */
export interface Purge extends CachePurgeQuery {
  readonly tenant: string;
}

export const mayPurge = ({ tenant }: Purge, owner: string): boolean =>
  tenant === OPERATOR_TENANT || owner === tenant;

/** Forgets the answers that this process keeps. */
export const purgeCache = ({ caches }: Pick<Gateway, 'caches'>, purge: Purge): Dropped =>
  caches.purge(
    ({ tenant, route, target }) =>
      mayPurge(purge, tenant) &&
      (purge.route === undefined || route === purge.route) &&
      (purge.prefix === undefined || target.startsWith(purge.prefix)),
    purge.dryRun,
  );
