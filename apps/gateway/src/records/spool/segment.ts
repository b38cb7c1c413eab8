import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^(\d{16})-(\d{16})\.ndjson$/;

/** One file of the spool. Its name says where it begins, so that even an empty one keeps the count. */
export interface Segment {
  readonly path: string;
  readonly firstBatch: number;
  readonly firstSeq: number;
  bytes: number;
}

/** A segment yet to be written. */
export const newSegment = (dir: string, firstBatch: number, firstSeq: number): Segment => ({
  path: join(dir, `${padded(firstBatch)}-${padded(firstSeq)}.ndjson`),
  firstBatch,
  firstSeq,
  bytes: 0,
});

/** The segments in a directory, oldest first. */
export function listSegments(dir: string): Segment[] {
  return readdirSync(dir)
    .flatMap((name) => {
      const match = NAME.exec(name);
      if (!match) return [];
      const path = join(dir, name);
      return [{ path, firstBatch: Number(match[1]), firstSeq: Number(match[2]), bytes: statSync(path).size }];
    })
    .toSorted((a, b) => a.firstBatch - b.firstBatch);
}

const padded = (count: number): string => String(count).padStart(16, '0');
