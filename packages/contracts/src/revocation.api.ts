import { z } from 'zod';
import { ApplicationId } from './application.fields.js';
import { ServiceAccountId } from './service-account.fields.js';
import { ReasonBody, RevokedToken } from './token.api.js';
import { TokenId } from './token.fields.js';
import { UserId } from './user.fields.js';

/**
 * What ends together with a token: nothing else; `family`, every token that was issued with it, and with those; all of
 * the `application` or `user` it was issued for, each with its family. What it was exchanged for ends in any case.
 */
export const Cascade = z.enum(['none', 'family', 'application', 'user']);
export type Cascade = z.infer<typeof Cascade>;

/** Says what would end, and ends nothing. */
const dryRun = z.boolean().default(false);

/** Body of `POST /v1/tokens/{id}/revoke`. */
export const RevokeTokenBody = ReasonBody.extend({ cascade: Cascade.default('none'), dryRun });
export type RevokeTokenBody = z.infer<typeof RevokeTokenBody>;

/** What a revocation of many has ended, or would end. */
export const RevocationSummary = z.object({
  dryRun: z.boolean(),
  /** API tokens. */
  tokens: z.int(),
  /** API tokens left alive because they are protected; the first 250 of them. */
  protected: z.array(TokenId),
  /** OAuth access tokens that had not expired. */
  accessTokens: z.int(),
  /** Consents, with their codes and refresh tokens. */
  grants: z.int(),
  /** Browsers that were signed in; of a user alone. */
  sessions: z.int(),
  /** False when there is more than one call ends (250 of each kind): repeat it until it is true. */
  complete: z.boolean(),
});
export type RevocationSummary = z.infer<typeof RevocationSummary>;

/** Answer of `POST /v1/tokens/{id}/revoke`: the token, and with a cascade or a dry run what went with it. */
export const CascadedRevocation = RevokedToken.extend({ cascaded: RevocationSummary.optional() });
export type CascadedRevocation = z.infer<typeof CascadedRevocation>;

/**
 * Body of `POST /v1/revocations`: everything of one application, one user or one service account, with what was issued with
 * their tokens, or of the whole tenant of the caller.
 * Of a tenant the caller's own token and those of the issuer's configuration stay.
 */
export const RevocationBody = z
  .strictObject({
    application: ApplicationId.optional(),
    user: UserId.optional(),
    /** Its tokens, and what was issued with them for no other account; the account stays. */
    serviceAccount: ServiceAccountId.optional(),
    tenant: z.literal(true, 'true: everything of the tenant whose token you call with').optional(),
    reason: ReasonBody.shape.reason,
    dryRun,
  })
  .refine(
    ({ application, user, serviceAccount, tenant }) =>
      [application, user, serviceAccount, tenant].filter((one) => one !== undefined).length === 1,
    'name exactly one of application, user, serviceAccount and tenant',
  );
export type RevocationBody = z.infer<typeof RevocationBody>;
