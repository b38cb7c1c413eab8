import { z } from 'zod';
import { PositionString } from './event.js';
import { WholeObject } from './whole-object.js';

/** Query of the issuer's `GET /v1/events`: the catch-up feed, in event-store order. */
export const FeedQuery = z.strictObject({
  /** Exclusive; default the beginning. */
  after: PositionString.default('0.0'),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
export type FeedQuery = z.infer<typeof FeedQuery>;

/** Answer: whole events as published. */
export const FeedAnswer = z.object({
  events: z.array(WholeObject),
  /** Where to go on; equal to `after` when there is no news. */
  next: PositionString,
  /** False while committed events are withheld because an older transaction is still open. */
  complete: z.boolean().default(true),
});
export type FeedAnswer = z.input<typeof FeedAnswer>;
