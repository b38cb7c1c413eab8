import { z } from 'zod';
import { ApiId, ApiTerms } from './api.fields.js';
import { TenantId } from './event.js';
import { RecordedRequest } from './recorded-request.api.js';

/** A published API to try other terms for: only its requests are judged. */
export const BacktestApi = z.strictObject({
  id: ApiId,
  tenant: TenantId,
  /** As it is published. */
  published: ApiTerms,
  /** As it would be. */
  tried: ApiTerms,
});
export type BacktestApi = z.infer<typeof BacktestApi>;

/** One line that a backtest reads: a request, or before the first of its requests, what a token may do today. */
export const BacktestInput = z.union([
  z.strictObject({ request: RecordedRequest }),
  z.strictObject({
    token: z.strictObject({
      id: z.string(),
      tenant: z.string(),
      scopes: z.array(z.string()),
      /** Empty: from anywhere. */
      ipAllow: z.array(z.string()),
      /** Whatever `ipAllow` says; absent: nowhere is denied. */
      ipDeny: z.array(z.string()).optional(),
    }),
  }),
]);
export type BacktestInput = z.infer<typeof BacktestInput>;

/** A request that a rule would have refused. */
export const BacktestExample = RecordedRequest.pick({
  arrivedAt: true,
  requestId: true,
  tokenId: true,
  method: true,
  path: true,
  clientAddress: true,
});
export type BacktestExample = z.infer<typeof BacktestExample>;

const Refused = z.object({
  /** How many requests. */
  requests: z.int(),
  first: BacktestExample,
  last: BacktestExample,
});

/** What new rules would have refused of what was let through. */
export const BacktestReport = z.object({
  /** When the first and the last of the requests came; `null`: there were none. */
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  requests: z.int(),
  /** Of these: refused for what no rule of a route decides, without a token that was known, or on a route that the rules are not for. */
  notJudged: z.int(),
  /** Of the others: let through then, refused by the new rules (and not by the old ones, where both are known). */
  wouldRefuse: z.int(),
  /** Refused by a rule then, let through by the new ones. */
  wouldLetThrough: z.int(),
  /** Tokens of which the issuer could not say what they may do: they were taken to hold whatever was asked for. */
  unknown: z.object({ tokens: z.int(), requests: z.int() }),
  /** The most frequent first. */
  byRule: z.array(
    Refused.extend({
      /** Where they would have ended; empty: at no route. */
      route: z.string(),
      /** As decisions name it, such as `limit-token-60s`. */
      rule: z.string(),
      code: z.string(),
      tokens: z.int(),
    }),
  ),
  /** The most frequent first, as many as were asked for. */
  byToken: z.array(Refused.extend({ tokenId: z.string() })),
  /** How many more tokens there are. */
  moreTokens: z.int(),
});
export type BacktestReport = z.infer<typeof BacktestReport>;

/** One line that a backtest answers. */
export const BacktestStep = z.discriminatedUnion('step', [
  z.object({ step: z.literal('judging'), done: z.int() }),
  z.object({ step: z.literal('done'), report: BacktestReport }),
]);
export type BacktestStep = z.infer<typeof BacktestStep>;
