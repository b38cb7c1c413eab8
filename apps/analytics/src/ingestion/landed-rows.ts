import type { LandedPart } from './request-table.js';
import type { RequestPart } from './request-part.js';
import type { RequestRecord } from '@gatehouse/contracts';

/** Rows that an insert cut short left in the table: their part is not noted as held and will be delivered again. */
export class LandedRows {
  private readonly byPart: Map<string, LandedPart>;

  constructor(landed: readonly LandedPart[]) {
    this.byPart = new Map(landed.map((part) => [keyOf(part), part]));
  }

  /** The records of an accepted part that are not in the table yet. */
  take(part: RequestPart): readonly RequestRecord[] {
    const landed = this.byPart.get(keyOf(part));
    if (!landed) return part.records;
    this.byPart.delete(keyOf(part));
    const seqs = new Set(landed.seqs);
    return part.records.filter(({ seq }) => !seqs.has(seq));
  }

  /** Forgets the rows of batches that were passed over for this part's, and says how many there were. */
  passOver({ gateway, batch }: RequestPart): number {
    let rows = 0;
    for (const [key, landed] of this.byPart) {
      if (landed.gateway !== gateway || landed.batch >= batch) continue;
      rows += landed.seqs.length;
      this.byPart.delete(key);
    }
    return rows;
  }
}

const keyOf = ({ gateway, batch, part }: { gateway: string; batch: number; part: number }): string =>
  `${batch}/${part}/${gateway}`;
