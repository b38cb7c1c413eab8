import { z } from 'zod';
import { PositionString } from './event.js';
import { pageOf } from './page.js';

/** One event of a token's history: as published, but without the keyed hashes of its secrets. */
export const TokenHistoryEvent = z.object({
  id: z.string(),
  /** Wire type, e.g. `token.issued.v1`. */
  type: z.string(),
  time: z.iso.datetime(),
  subject: z.string(),
  /** Place in the token's stream, from 1. */
  version: z.int(),
  position: PositionString,
  tenant: z.string(),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type TokenHistoryEvent = z.infer<typeof TokenHistoryEvent>;

/** Answer of `GET /v1/tokens/{id}/events`, oldest first. */
export const TokenHistoryPage = pageOf(TokenHistoryEvent);
export type TokenHistoryPage = z.infer<typeof TokenHistoryPage>;
