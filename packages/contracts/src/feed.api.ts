import { z } from 'zod';
import { PositionString } from './event.js';

/** Query of the issuer's `GET /v1/events`: the catch-up feed, in event-store order. */
export const FeedQuery = z.strictObject({
  /** Exclusive; default the beginning. */
  after: PositionString.default('0.0'),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
export type FeedQuery = z.infer<typeof FeedQuery>;

/** Answer: complete events as published. `next` is where to go on; equal to `after` when there is no news. */
export const FeedAnswer = z.object({
  events: z.array(z.record(z.string(), z.unknown())),
  next: PositionString,
});
export type FeedAnswer = z.infer<typeof FeedAnswer>;
