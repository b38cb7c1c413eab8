import { z } from 'zod';

/** Body of `POST /v1/projections/rebuild`. */
export const RebuildBody = z.strictObject({
  /** Only compares: nothing is replaced, whatever differs. */
  check: z.boolean().default(false),
});
export type RebuildBody = z.infer<typeof RebuildBody>;

/** One table of a read model beside what its events give. */
export const ComparedTable = z.object({
  table: z.string(),
  rows: z.int(),
  /** Rows that are not the same on both sides, or on one side alone. */
  differing: z.int(),
  /** Sums over the rows' hashes, whatever their order: equal where the tables are. */
  checksums: z.object({ live: z.string(), rebuilt: z.string() }),
});
export type ComparedTable = z.infer<typeof ComparedTable>;

/** A line of the answer of `POST /v1/projections/rebuild`: how far it is, at last what was found. */
export const RebuildStep = z.discriminatedUnion('step', [
  z.object({ step: z.literal('replaying'), done: z.int(), total: z.int() }),
  z.object({
    step: z.literal('done'),
    tables: z.array(ComparedTable),
    /** Whether the live tables were made to say what the events say. */
    replaced: z.boolean(),
  }),
]);
export type RebuildStep = z.infer<typeof RebuildStep>;
