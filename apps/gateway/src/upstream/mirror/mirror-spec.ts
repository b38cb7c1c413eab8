import { UpstreamUrl } from '@gatehouse/contracts';
import { z } from 'zod';

/** Where copies of requests go, for a look at how another version does. What it answers is thrown away. */
export const MirrorSpec = z.strictObject({
  url: UpstreamUrl,
  percent: z.number().min(0).max(100).default(100).describe('Share of the requests that are copied.'),
  maxBodyBytes: z
    .int()
    .min(0)
    .max(1024 * 1024)
    .default(64 * 1024)
    .describe('Requests with a larger body are not copied.'),
  maxInFlight: z
    .int()
    .min(1)
    .max(1_000)
    .default(32)
    .describe('While so many copies are under way no others are made.'),
  timeoutMs: z.int().min(1).max(60_000).default(5_000).describe('Of a copy and its whole answer.'),
});
export type MirrorSpec = z.infer<typeof MirrorSpec>;
