import { z } from 'zod';
import { ApiId } from './api.fields.js';
import { RequestRecord } from './request.events.js';

/** A recorded request as far as it takes to judge it again. */
export const RecordedRequest = RequestRecord.pick({
  at: true,
  requestId: true,
  tenant: true,
  route: true,
  tokenId: true,
  applicationId: true,
  userId: true,
  identityId: true,
  plan: true,
  method: true,
  path: true,
  status: true,
  outcome: true,
  code: true,
  clientAddress: true,
  userAgent: true,
  latencyMs: true,
}).extend({
  /** When it came; `at` is when it had been answered. */
  arrivedAt: z.iso.datetime(),
});
export type RecordedRequest = z.infer<typeof RecordedRequest>;

/** Query of `GET /v1/requests` of analytics: single requests of the last thirty days, in the order they came. */
export const RequestsQuery = z.strictObject({
  /** Inclusive. */
  from: z.iso.datetime({ offset: true }),
  /** Exclusive. */
  to: z.iso.datetime({ offset: true }),
  route: z.string().max(64).optional(),
  /** On the routes of a published API. */
  api: ApiId.optional(),
  token: z.string().max(64).optional(),
  /** Of those, only so many of the latest. */
  last: z.coerce.number().int().min(1).max(1_000_000).default(100_000),
  limit: z.coerce.number().int().min(1).max(10_000).default(5_000),
  cursor: z
    .string()
    .regex(/^\d{1,15}~[A-Za-z0-9_-]{1,64}~\d{1,19}$/, 'a nextCursor of an earlier page')
    .optional(),
});
export type RequestsQuery = z.infer<typeof RequestsQuery>;

/** Its answer; `nextCursor` goes back as `cursor` for the next page, `null` at the end. */
export const RequestsAnswer = z.object({
  items: z.array(RecordedRequest),
  nextCursor: z.string().nullable(),
});
export type RequestsAnswer = z.infer<typeof RequestsAnswer>;
