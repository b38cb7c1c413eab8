import { lookup as resolve } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** IANA's special-purpose registries (RFC 6890): nothing in there is a stranger's server. */
const SPECIAL: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

const special = new BlockList();
for (const [network, bits] of SPECIAL)
  special.addSubnet(network, bits, network.includes(':') ? 'ipv6' : 'ipv4');

/** Whether an address is anybody's on the Internet; an IPv4 address in an IPv6 one counts as what it is. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && !special.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** A host name that leads to an address that may not be called. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/**
 * Resolves names to public addresses alone. The connection is made to the very address that was looked at, so a name that
 * answers differently a moment later changes nothing.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused) return callback(new AddressRefused(`${hostname} leads to a private address`), []);
    if (options.all) callback(null, addresses);
    else callback(null, ...firstOf(addresses));
  });
};

const firstOf = ([first]: readonly LookupAddress[]): [string, number] => [first!.address, first!.family];

/** Whether a URL names an address itself, and one that may not be called: no name is looked up for it. */
export function namesPrivateAddress(url: URL): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) !== 0 && !isPublicAddress(host);
}
