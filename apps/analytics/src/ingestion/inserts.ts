import type { HeldPart } from './batch-ledger.js';

/** Most records in one insert: about 8 MB of text. Larger inserts are hardly faster and cost memory. */
const MAX_RECORDS = 20_000;

/** Splits accepted parts, in order, into inserts: an insert's cost is mostly fixed, so parts share one. */
export function insertsOf(accepted: readonly HeldPart[]): HeldPart[][] {
  const inserts: HeldPart[][] = [];
  let records = Number.POSITIVE_INFINITY;
  for (const held of accepted) {
    records += held.part.records.length;
    if (records > MAX_RECORDS) {
      inserts.push([]);
      records = held.part.records.length;
    }
    inserts.at(-1)!.push(held);
  }
  return inserts;
}
