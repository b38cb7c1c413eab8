import { Admission } from './admission.js';
import type { BatchLedger } from './batch-ledger.js';
import { LandedRows } from './landed-rows.js';
import type { RequestTable } from './request-table.js';

/** What ingestion goes on from. */
export interface Recovered {
  admission: Admission;
  landed: LandedRows;
  /** Time of the newest insert; the next one must be later. */
  lastInsertedAt: number;
}

/**
 * Finds out from ClickHouse alone how far ingestion is: at start, and after any insert that failed, because a failed
 * insert may have had its effect. An insert whose rows are there but whose parts are not noted is carried through to the
 * views; its rows are remembered, so that they are left out when their parts are delivered again.
 */
export async function recover(table: RequestTable, ledger: BatchLedger): Promise<Recovered> {
  const progress = await ledger.progress();
  const lastNoted = await ledger.lastInsertedAt();
  const watermarks = new Map([...progress].map(([gateway, { watermark }]) => [gateway, watermark]));
  const landed = (await table.landedBeyond(watermarks)).filter(({ gateway, batch, part }) => {
    const open = progress.get(gateway)?.open;
    return open?.batch !== batch || !open.held.has(part);
  });
  const inserts = new Set(landed.flatMap((part) => part.inserts));
  for (const insertedAt of inserts) if (insertedAt > lastNoted) await table.finish(insertedAt);
  return {
    admission: new Admission(progress),
    landed: new LandedRows(landed),
    lastInsertedAt: Math.max(lastNoted, ...inserts),
  };
}
