import { z } from 'zod';

const MIB = 1024 * 1024;

/** What the gateway as a whole keeps. */
export const CacheStoreSpec = z.strictObject({
  maxBytes: z
    .int()
    .min(1024)
    .max(64 * 1024 * MIB)
    .default(64 * MIB)
    .describe('Of all answers in one process; what was not used for longest goes first.'),
});
export type CacheStoreSpec = z.infer<typeof CacheStoreSpec>;
