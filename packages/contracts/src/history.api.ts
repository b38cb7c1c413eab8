import { z } from 'zod';
import { PositionString } from './event.js';
import { pageOf } from './page.js';

/** One event of what happened to a token or a user: as published, but without the keyed hashes of secrets. */
export const HistoryEvent = z.object({
  id: z.string(),
  /** Wire type, e.g. `token.issued.v1`. */
  type: z.string(),
  time: z.iso.datetime(),
  subject: z.string(),
  /** Place in the stream, from 1. */
  version: z.int(),
  position: PositionString,
  tenant: z.string(),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type HistoryEvent = z.infer<typeof HistoryEvent>;

/** Answer of `GET /v1/tokens/{id}/events` and `/v1/users/{id}/events`, oldest first. */
export const HistoryPage = pageOf(HistoryEvent);
export type HistoryPage = z.infer<typeof HistoryPage>;
