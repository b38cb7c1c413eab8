import { BlockList, isIP } from 'node:net';

/** As {@link isAddressIn}, but an empty list allows every address. */
export const isAddressAllowed = (address: string, ranges: readonly string[]): boolean =>
  ranges.length === 0 || isAddressIn(address, ranges);

/**
 * Whether an address lies in one of the blocks.
 * @param address IPv4, IPv6, or IPv4 mapped into IPv6 (`::ffff:…`), as a socket reports it.
 * @param ranges addresses and CIDR blocks.
 */
export function isAddressIn(address: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return false;
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  const list = new BlockList();
  for (const range of ranges) {
    const [base = '', bits] = range.split('/');
    const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(base, family);
    else list.addSubnet(base, Number(bits), family);
  }
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}
