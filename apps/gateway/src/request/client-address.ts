import { isIP } from 'node:net';
import type { IpList } from './ip-list.js';

const MAPPED = '::ffff:';

/** A socket's address without the IPv4-mapped form that dual-stack sockets report. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  return address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
}

/** Some proxies write the client's port, too: `192.0.2.1:4711`, `[2001:db8::1]:4711` (as in RFC 7239 §6). */
const WITH_PORT = /^(?:([\d.]+)|\[([\da-f:.]+)\])(?::\d{1,5})?$/i;

/** An entry of X-Forwarded-For as a plain address; empty where it is none. */
function addressOf(entry: string): string {
  const written = entry.trim();
  const [, ipv4, ipv6] = WITH_PORT.exec(written) ?? [];
  const address = plainAddress(ipv4 ?? ipv6 ?? written);
  return isIP(address) === 0 ? '' : address;
}

/**
 * The address the request came from: the first from the right of the X-Forwarded-For chain that is not one of our
 * proxies. What stands further left was written by somebody we have no reason to believe.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: IpList): string {
  if (forwardedFor === undefined || trusted.isEmpty || !trusted.has(peer)) return peer;
  let client = peer;
  for (const hop of forwardedFor.split(',').toReversed()) {
    const address = addressOf(hop);
    if (address === '') return client;
    client = address;
    if (!trusted.has(address)) return client;
  }
  return client;
}
