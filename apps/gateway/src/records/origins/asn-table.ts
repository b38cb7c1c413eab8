const COUNT_BYTES = 8;

/** Addresses from one number to another, both included, and the autonomous system that announces them. */
export interface AnnouncedRange {
  readonly from: bigint;
  readonly to: bigint;
  readonly asn: number;
}

/** All addresses in order: each run goes up to the next one's start, and those of number 0 are nobody's. */
export interface AsnTable {
  readonly ipv4: { readonly starts: Uint32Array; readonly numbers: Uint32Array };
  /** By the first 64 bits. */
  readonly ipv6: { readonly starts: BigUint64Array; readonly numbers: Uint32Array };
}

/** @param ranges in order; what an earlier one covers stays its own. */
function runsOf(ranges: Iterable<AnnouncedRange>): { starts: bigint[]; numbers: number[] } {
  const runs = { starts: [] as bigint[], numbers: [0] };
  const begin = (from: bigint, asn: number) => {
    if (asn === runs.numbers.at(-1)) return;
    runs.starts.push(from);
    runs.numbers.push(asn);
  };
  let next = 0n;
  for (const { from, to, asn } of ranges) {
    if (to < next) continue;
    if (from > next) begin(next, 0);
    begin(from > next ? from : next, asn);
    next = to + 1n;
  }
  begin(next, 0);
  return { starts: runs.starts, numbers: runs.numbers.slice(1) };
}

/** @param ipv6 by the first 64 bits. */
export function asnTableOf(ipv4: Iterable<AnnouncedRange>, ipv6: Iterable<AnnouncedRange>): AsnTable {
  const [v4, v6] = [runsOf(ipv4), runsOf(ipv6)];
  return {
    ipv4: { starts: Uint32Array.from(v4.starts, Number), numbers: Uint32Array.from(v4.numbers) },
    ipv6: { starts: BigUint64Array.from(v6.starts), numbers: Uint32Array.from(v6.numbers) },
  };
}

/** As bytes in this machine's order: counts, then the 64-bit numbers, then the 32-bit ones, so that each can be read in place. */
export function packTable({ ipv4, ipv6 }: AsnTable): Buffer {
  const counts = Uint32Array.of(ipv4.starts.length, ipv6.starts.length);
  const parts = [counts, ipv6.starts, ipv6.numbers, ipv4.starts, ipv4.numbers];
  return Buffer.concat(parts.map((part) => new Uint8Array(part.buffer)));
}

/** @param bytes of {@link packTable}. */
export function unpackTable(bytes: Buffer): AsnTable {
  const { buffer } = new Uint8Array(bytes); // of its own, so that numbers lie where numbers may
  const [ipv4 = 0, ipv6 = 0] = new Uint32Array(buffer, 0, 2);
  const words = new Uint32Array(buffer, COUNT_BYTES + ipv6 * 8);
  return {
    ipv4: {
      starts: words.subarray(ipv6, ipv6 + ipv4),
      numbers: words.subarray(ipv6 + ipv4),
    },
    ipv6: {
      starts: new BigUint64Array(buffer, COUNT_BYTES, ipv6),
      numbers: words.subarray(0, ipv6),
    },
  };
}
