const MAX_RECORDS = 1_000;
/** In the worst case twice as many bytes, still within what NATS takes (1 MiB). */
const MAX_CHARACTERS = 400_000;

/** The batch being filled. */
export interface OpenBatch {
  readonly batch: number;
  /** First `seq` it covers. */
  readonly from: number;
  records: number;
  characters: number;
  readonly tenants: Set<string>;
}

export const emptyBatch = (batch: number, from: number): OpenBatch => ({
  batch,
  from,
  records: 0,
  characters: 0,
  tenants: new Set(),
});

export const copyOf = (batch: OpenBatch): OpenBatch => ({ ...batch, tenants: new Set(batch.tenants) });

export const isFull = ({ records, characters }: OpenBatch): boolean =>
  records >= MAX_RECORDS || characters >= MAX_CHARACTERS;
