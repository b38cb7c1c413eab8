import { TlogError } from './errors.js';

/** Bytes: C2SP tlog-tiles writes the length of an entry in two. */
export const LARGEST_ENTRY = 0xffff;

/**
 * An entry bundle of C2SP tlog-tiles: each entry after its length as a big-endian uint16.
 * @param entries of one tile, in order; a string counts as UTF-8.
 * @throws TlogError `entry-too-large` when one is longer than 65,535 bytes: the format cannot say so.
 */
export function entryBundle(entries: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const bytes = typeof entry === 'string' ? Buffer.from(entry) : entry;
      if (bytes.length > LARGEST_ENTRY)
        throw new TlogError('entry-too-large', `an entry of ${bytes.length} bytes fits into no bundle`);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      return [length, bytes];
    }),
  );
}
