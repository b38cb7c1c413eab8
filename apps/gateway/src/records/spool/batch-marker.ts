import { z } from 'zod';

/** How a marker line begins; no record line does. */
export const MARKER_START = '{"batch":';

/** The line that closes a batch in the spool. It fixes the batch for ever: what was counted together is sent together. */
export const BatchMarker = z.strictObject({
  batch: z.int().min(1),
  /** First and last `seq` the batch covers; a seq that is missing in between was lost. */
  from: z.int().min(1),
  to: z.int().min(1),
  /** Whose records it holds, sorted. */
  tenants: z.array(z.string()).min(1),
  /** When it was closed. */
  at: z.iso.datetime(),
});
export type BatchMarker = z.infer<typeof BatchMarker>;

/** Keys in a fixed order, so that the line begins with {@link MARKER_START}. */
export const markerLine = ({ batch, from, to, tenants, at }: BatchMarker): string =>
  JSON.stringify({ batch, from, to, tenants, at });

export const parseMarker = (line: string): BatchMarker => BatchMarker.parse(JSON.parse(line));
