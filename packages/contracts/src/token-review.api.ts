import { z } from 'zod';
import { TokenId } from './token.fields.js';

/** `?unusedForDays=` of `GET /v1/tokens`: a token that was never used counts from its issue. */
export const UnusedForDays = z.coerce.number().int().min(1).max(3_650);

/** `?rotationDue=` of `GET /v1/tokens`: tokens whose policy wants a new secret within so many days; 0: by now. */
export const RotationDue = z.coerce.number().int().min(0).max(3_650);

/** `?days=` of `GET /v1/tokens/{id}/scopes/unused`: how far back a scope's use counts. */
export const UnusedScopesQuery = z.strictObject({ days: UnusedForDays.default(90) });
export type UnusedScopesQuery = z.infer<typeof UnusedScopesQuery>;

/** Answer of `GET /v1/tokens/{id}/scopes/unused`: which of a token's scopes nobody needs (S7). */
export const UnusedScopes = z.object({
  tokenId: TokenId,
  /** Scopes without use since then are unused. */
  since: z.iso.datetime(),
  /**
   * Whether the token has existed since then: if not, what looks unused may only not have been needed yet.
   */
  conclusive: z.boolean(),
  /** Every scope the token has, as it has them. */
  scopes: z.array(
    z.object({
      scope: z.string(),
      unused: z.boolean(),
      /** When a request that needs it was last let through; `null`: never, as far as is known. */
      lastUsedAt: z.iso.datetime().nullable(),
    }),
  ),
  /** The body of `PATCH /v1/tokens/{id}` that takes the unused scopes away; `null`: none is unused, or all are. */
  shrink: z.object({ scopes: z.array(z.string()) }).nullable(),
});
export type UnusedScopes = z.infer<typeof UnusedScopes>;
