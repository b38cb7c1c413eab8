import { z } from 'zod';
import { TenantId } from './event.js';
import { TokenId, UseId } from './token.fields.js';

/** Body of `POST /v1/tokens/consume`: who takes a single-use token asks whether his is the one use. */
export const ConsumeBody = z.strictObject({ tokenId: TokenId, tenant: TenantId, useId: UseId });
export type ConsumeBody = z.infer<typeof ConsumeBody>;

/** `consumed`: this is the one use. `ended`: revoked, expired, or no single-use token of this issuer. */
export const ConsumeAnswer = z.object({ outcome: z.enum(['consumed', 'consumed-before', 'ended']) });
export type ConsumeAnswer = z.infer<typeof ConsumeAnswer>;
