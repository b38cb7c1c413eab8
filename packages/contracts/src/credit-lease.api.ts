import { z } from 'zod';
import { IdentityId } from './identity.fields.js';
import { TokenId } from './token.fields.js';

/** How long a gateway may spend a lease after it was last told of it, counted from when it asked. */
export const LEASE_SECONDS = 15;
/** When what is left of a lease of which nobody has heard goes back: so much later that no clock need be exact. */
export const LEASE_RETURNED_SECONDS = 20;
/** Most leases in one call. */
export const MOST_LEASES = 200;

const LeaseId = z.string().regex(/^lse_[0-9a-f]{32}$/, 'a lease id is lse_ and 32 hexadecimal digits');
/** Many requests of the highest cost at once. */
const Amount = z.int().min(0).max(1_000_000_000_000);

/** What a gateway says of one of its leases, and asks for. */
export const LeaseAsk = z
  .strictObject({
    /** Drawn by the gateway, anew for each lease. */
    id: LeaseId,
    /** Counts up with each call about the lease: what comes late changes nothing. */
    turn: z.int().min(1),
    /** Whose credits: a token's or an identity's. */
    holder: z.union([TokenId, IdentityId]),
    /** Of all that the lease ever held. */
    spent: Amount,
    /** At least so much is to be in hand, for requests that wait. */
    need: Amount,
    /** So much would be good to have in hand; what there is beyond it is given back. */
    want: Amount,
    /** The lease ends: all that is left of it goes back. */
    ends: z.boolean().optional(),
  })
  .refine(({ need, want }) => need <= want, { path: ['want'], message: 'is at least need' });
export type LeaseAsk = z.infer<typeof LeaseAsk>;

/** Body of `POST /v1/credits/leases`. */
export const LeaseCreditsBody = z.strictObject({
  /** Which gateway asks. */
  gateway: z.string().min(1).max(128),
  leases: z
    .array(LeaseAsk)
    .min(1)
    .max(MOST_LEASES)
    .refine((asks) => new Set(asks.map(({ id }) => id)).size === asks.length, 'each lease once'),
});
export type LeaseCreditsBody = z.infer<typeof LeaseCreditsBody>;

/** What became of one lease. */
export const LeaseAnswer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('held'),
    /** All that it ever held, less what was given back. */
    granted: z.int(),
    /** What is left to lease. */
    remaining: z.int(),
    /** What other gateways hold. */
    elsewhere: z.int(),
    /** When the next refill is due; `null`: never. */
    refillsAt: z.iso.datetime().nullable(),
  }),
  /** It holds nothing any more, by wish, by time or because the credits were set anew: ask under another id. */
  z.object({ status: z.literal('ended') }),
  /** The holder has no credits: what it does is not counted. */
  z.object({ status: z.literal('uncounted') }),
]);
export type LeaseAnswer = z.infer<typeof LeaseAnswer>;

/** Answer of `POST /v1/credits/leases`, in the order asked. */
export const LeaseCreditsAnswer = z.object({ leases: z.array(LeaseAnswer) });
export type LeaseCreditsAnswer = z.infer<typeof LeaseCreditsAnswer>;
