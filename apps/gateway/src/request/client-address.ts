import { isIP } from 'node:net';
import type { IpList } from './ip-list.js';

const MAPPED = '::ffff:';

/** A socket's address without the IPv4-mapped form that dual-stack sockets report. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  return address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
}

/**
 * The address the request came from: the first from the right of the X-Forwarded-For chain that is not one of our
 * proxies. What stands further left was written by somebody we have no reason to believe.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: IpList): string {
  if (forwardedFor === undefined || trusted.isEmpty || !trusted.has(peer)) return peer;
  let client = peer;
  for (const hop of forwardedFor.split(',').toReversed()) {
    const address = plainAddress(hop.trim());
    if (isIP(address) === 0) return client;
    client = address;
    if (!trusted.has(address)) return client;
  }
  return client;
}
