import type { LimitSpec } from '@gatehouse/contracts';
import ipaddr from 'ipaddr.js';
import { RecentMap } from '../recent-map.js';
import type { Admission } from '../request/admission.js';

const networks = new RecentMap<string, string>(10_000);

/** Who shares a limit, by what it is `per`. */
export const subjectOf: Readonly<Record<LimitSpec['per'], (admission: Admission) => string>> = {
  token: ({ credential }) => credential.tokenId,
  user: ({ credential }) => credential.userId || credential.tokenId,
  application: ({ credential }) => credential.applicationId || credential.tokenId,
  identity: ({ credential }) => credential.identityId || credential.tokenId,
  tenant: ({ credential }) => credential.tenant,
  plan: ({ credential }) => credential.plan,
  route: () => '',
  ip: ({ clientAddress }) => networkOf(clientAddress),
};

/** Whoever holds an IPv6 address holds its whole /64. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const known = networks.get(address);
  if (known !== undefined) return known;
  const network = ipaddr.isValid(address)
    ? ipaddr.IPv6.networkAddressFromCIDR(`${ipaddr.parse(address).toString()}/64`).toString()
    : address;
  networks.set(address, network);
  return network;
}
