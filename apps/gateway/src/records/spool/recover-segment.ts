import { readFileSync, truncateSync } from 'node:fs';
import { MARKER_START, parseMarker } from './batch-marker.js';
import type { Segment } from './segment.js';

/** Where the latest segment stands. */
export interface Recovered {
  /** The batch the next records belong to. */
  readonly nextBatch: number;
  /** First `seq` not covered by a closed batch. */
  readonly openFrom: number;
  /** Next free `seq`. */
  readonly nextSeq: number;
  /** Tenants of the records behind the last marker; empty: there are none. */
  readonly openTenants: ReadonlySet<string>;
}

/**
 * Reads where a segment stands after a crash. A torn last line is cut off: its request was never answered, because
 * the line is written first.
 */
export function recoverSegment(segment: Segment): Recovered {
  const content = readFileSync(segment.path);
  const whole = content.lastIndexOf(0x0a) + 1;
  if (whole < content.length) truncateSync(segment.path, whole);
  segment.bytes = whole;
  const lines = content.toString('utf8', 0, whole).split('\n').slice(0, -1);
  const last = lines.findLastIndex((line) => line.startsWith(MARKER_START));
  const marker = last < 0 ? undefined : parseMarker(lines[last]!);
  const openFrom = marker ? marker.to + 1 : segment.firstSeq;
  const open = lines.slice(last + 1).map((line) => JSON.parse(line) as { tenant: string; seq: number });
  return {
    nextBatch: marker ? marker.batch + 1 : segment.firstBatch,
    openFrom,
    nextSeq: (open.at(-1)?.seq ?? openFrom - 1) + 1,
    openTenants: new Set(open.map(({ tenant }) => tenant)),
  };
}
