import { z } from 'zod';
import { TenantId } from './event.js';
import { TokenId, UseId } from './token.fields.js';

/** Body of `POST /v1/tokens/consume`: who takes a single-use token asks whether his is the one use. */
export const ConsumeBody = z.strictObject({ tokenId: TokenId, tenant: TenantId, useId: UseId });
export type ConsumeBody = z.infer<typeof ConsumeBody>;

/** `consumed`: this is the one use. `ended`: revoked, expired, or no single-use token of this issuer. */
export const ConsumeAnswer = z.object({ outcome: z.enum(['consumed', 'consumed-before', 'ended']) });
export type ConsumeAnswer = z.infer<typeof ConsumeAnswer>;

/** Body of `POST /v1/access-tokens/lookup`: a JWT access token that was shown to another management API. */
export const AccessTokenBody = z.strictObject({ token: z.string().min(1).max(8_192) });
export type AccessTokenBody = z.infer<typeof AccessTokenBody>;

/** Who calls a management API with an access token, as of this answer; or why it is not taken there. */
export const AccessTokenAnswer = z.discriminatedUnion('taken', [
  z.object({
    taken: z.literal(true),
    tokenId: TokenId,
    tenant: TenantId,
    /** What the token may do now, with what its roles stand for. */
    scopes: z.array(z.string()),
    /** `user:<id>` or `service-account:<id>`, or `application:<id>` where it stands for nobody. */
    actor: z.string(),
    /** What the person would have to sign in more strongly, or again, for (RFC 9470). */
    stepUp: z
      .object({
        for: z.array(z.string()),
        acrValues: z.string(),
        maxAgeSeconds: z.number().nullable(),
      })
      .optional(),
  }),
  z.object({ taken: z.literal(false), code: z.string(), detail: z.string() }),
]);
export type AccessTokenAnswer = z.infer<typeof AccessTokenAnswer>;
