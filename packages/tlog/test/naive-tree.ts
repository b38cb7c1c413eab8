import { createHash } from 'node:crypto';

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 9162 §2.1 word for word, over all the leaves at once: slow, recursive, and sharing no code with the package. */
export class NaiveTree {
  private readonly roots = new Map<string, Buffer>();

  constructor(private readonly entries: readonly Buffer[]) {}

  /** MTH(D[start:end]). */
  mth(start: number, end: number): Buffer {
    const key = `${start}:${end}`;
    const known = this.roots.get(key) ?? this.compute(start, end);
    this.roots.set(key, known);
    return known;
  }

  /** PATH(m, D[start:end]), m counted from start. */
  path(m: number, start: number, end: number): Buffer[] {
    const n = end - start;
    if (n === 1) return [];
    const k = largestPowerOfTwoBelow(n);
    return m < k
      ? [...this.path(m, start, start + k), this.mth(start + k, end)]
      : [...this.path(m - k, start + k, end), this.mth(start, start + k)];
  }

  /** SUBPROOF(m, D[start:end], b). */
  subproof(m: number, start: number, end: number, b: boolean): Buffer[] {
    const n = end - start;
    if (m === n) return b ? [] : [this.mth(start, end)];
    const k = largestPowerOfTwoBelow(n);
    return m <= k
      ? [...this.subproof(m, start, start + k, b), this.mth(start + k, end)]
      : [...this.subproof(m - k, start + k, end, false), this.mth(start, start + k)];
  }

  private compute(start: number, end: number): Buffer {
    const n = end - start;
    if (n === 0) return sha256();
    if (n === 1) return sha256(Buffer.of(0), this.entries[start]);
    const k = largestPowerOfTwoBelow(n);
    return sha256(Buffer.of(1), this.mth(start, start + k), this.mth(start + k, end));
  }
}

function largestPowerOfTwoBelow(n: number): number {
  return 2 ** (Math.ceil(Math.log2(n)) - 1);
}
