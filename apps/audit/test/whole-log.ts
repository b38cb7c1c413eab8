import { expect } from '@jest/globals';
import { leafHashOf, naiveRoot, rootsFromConsistency } from './rfc-verifier.js';
import type { LogReader, Surroundings } from './start-audit.js';

/** What the log must hold: the issuer's events are known, and each batch has one part. */
export interface Whole {
  batches: number;
  root: Buffer;
}

/** Each event is a leaf, once and in order; the leaves make the root; all that was ever signed is consistent. */
export async function expectWholeLog(
  log: LogReader,
  around: Surroundings,
  { batches, root }: Whole,
): Promise<void> {
  const entries = await log.entries();
  const idsFrom = (source: string) =>
    entries.filter((entry) => entry.source === source).map(({ eventId }) => eventId);
  expect(idsFrom('issuer')).toEqual(around.issuer.events.map(({ id }) => id));
  expect(idsFrom('gateway')).toHaveLength(batches);
  expect(new Set(idsFrom('gateway')).size).toBe(batches);
  expect(naiveRoot(entries.map(({ event }) => leafHashOf(event)))).toEqual(root);
  await expectConsistentCheckpoints(log, around);
}

async function expectConsistentCheckpoints(log: LogReader, around: Surroundings): Promise<void> {
  const signed = await around.sql(
    'select size::int, root from audit.checkpoints where size > 0 order by size',
  );
  const checkpoints = signed as { size: number; root: Buffer }[];
  for (const [i, older] of checkpoints.slice(0, -1).entries()) {
    const newer = checkpoints[i + 1];
    const proof = await log.consistency(older.size, newer.size);
    const roots = rootsFromConsistency(older.size, newer.size, older.root, proof);
    expect(roots).toEqual({ before: older.root, after: newer.root });
  }
}
