import type { GroupSpec } from '../group/group-spec.js';
import type { Balancer, Weighted } from './balancer.js';
import { ConsistentHash } from './consistent-hash.js';
import { LeastConnections } from './least-connections.js';
import { RoundRobin } from './round-robin.js';

/** The balancer of a group. */
export function balancerOf<T extends Weighted>(
  balance: GroupSpec['balance'],
  all: readonly T[],
): Balancer<T> {
  if (balance === 'round-robin') return new RoundRobin(all);
  return balance === 'least-connections' ? new LeastConnections(all) : new ConsistentHash(all);
}
