import { readFile } from 'node:fs/promises';
import ipaddr from 'ipaddr.js';
import { type AsnTable, unpackTable } from './asn-table.js';

/** Written by the build (`write-asn-table.ts`). */
export const ASN_TABLE = new URL('./asn.table', import.meta.url);

/** Which autonomous system announces an address. */
export class AutonomousSystems {
  constructor(private readonly table: AsnTable) {}

  /** Loads the table into memory (5 MB). */
  static async load(): Promise<AutonomousSystems> {
    return new AutonomousSystems(unpackTable(await readFile(ASN_TABLE)));
  }

  /** Its number, or 0 where the table does not know the address. */
  of(address: string): number {
    if (!ipaddr.isValid(address)) return 0;
    const { ipv4, ipv6 } = this.table;
    const parsed = ipaddr.process(address);
    return parsed instanceof ipaddr.IPv6
      ? numberAt(ipv6.starts, ipv6.numbers, networkOf(parsed))
      : numberAt(ipv4.starts, ipv4.numbers, Buffer.from(parsed.toByteArray()).readUInt32BE());
  }
}

/** The first half of the address; what is smaller is not told apart. */
const networkOf = (address: ipaddr.IPv6): bigint => Buffer.from(address.toByteArray()).readBigUInt64BE();

/** Of the last run that begins at or before the address. */
function numberAt<Key extends number | bigint>(
  starts: ArrayLike<Key>,
  numbers: Uint32Array,
  key: Key,
): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return numbers[low - 1] ?? 0;
}
