import ipaddr from 'ipaddr.js';
import { RecentMap } from '../recent-map.js';

const MEMO_ENTRIES = 4_096;

/** Addresses and CIDR blocks, parsed once. Answers for recent addresses are remembered. */
export class IpList {
  private readonly blocks: [ipaddr.IPv4 | ipaddr.IPv6, number][];
  private readonly memo = new RecentMap<string, boolean>(MEMO_ENTRIES);

  /** @param ranges valid addresses or CIDR blocks. */
  constructor(ranges: readonly string[]) {
    this.blocks = ranges.map(parseBlock);
  }

  get isEmpty(): boolean {
    return this.blocks.length === 0;
  }

  /** Whether the address lies in one of the blocks; false for what is not an address. */
  has(address: string): boolean {
    const known = this.memo.get(address);
    if (known !== undefined) return known;
    const found = this.lookup(address);
    this.memo.set(address, found);
    return found;
  }

  private lookup(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const ip = ipaddr.process(address);
    return this.blocks.some(([block, bits]) => ip.kind() === block.kind() && ip.match(block, bits));
  }
}

const MAPPED_BITS = 96;

/** Mapped IPv6 (RFC 4291 §2.5.5.2) is another spelling of IPv4, for blocks as for addresses. */
function parseBlock(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const [address, bits] = parsed(range);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= MAPPED_BITS
    ? [address.toIPv4Address(), bits - MAPPED_BITS]
    : [address, bits];
}

function parsed(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (range.includes('/')) return ipaddr.parseCIDR(range);
  const address = ipaddr.parse(range);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
