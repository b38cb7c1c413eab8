import { z } from 'zod';

/** More than anybody counts to, and exact in a JSON number. */
const MOST_CREDITS = 1_000_000_000_000;

/** How credits come back: at midnight UTC, up to the amount; what is left beyond it stays. */
export const CreditRefill = z.object({
  amount: z.int().min(1).max(MOST_CREDITS),
  every: z.enum(['day', 'month']),
  /** Of a monthly refill: the day of the month, default the first; in a shorter month its last day. */
  onDay: z.int().min(1).max(31).optional(),
});
export type CreditRefill = z.infer<typeof CreditRefill>;

/** How much may be spent, as it was decided; what has been spent since is counted apart. */
export const CreditTerms = z.object({
  remaining: z.int().min(0).max(MOST_CREDITS),
  /** Absent: what is spent is gone. */
  refill: CreditRefill.optional(),
});
export type CreditTerms = z.infer<typeof CreditTerms>;

/** What may be asked for. */
export const CreditBody = z.strictObject({
  remaining: CreditTerms.shape.remaining,
  refill: z
    .strictObject(CreditRefill.shape)
    .refine(({ every, onDay }) => every === 'month' || onDay === undefined, {
      path: ['onDay'],
      message: 'onDay goes with every: "month"; leave it out',
    })
    .optional(),
});

/** Credits as they are now. */
export const CreditView = z.object({
  remaining: z.int(),
  /** `null`: what is spent is gone. */
  refill: CreditRefill.nullable(),
  /** When the next refill is due; `null`: never. */
  refillsAt: z.iso.datetime().nullable(),
});
export type CreditView = z.infer<typeof CreditView>;

/** How much of credits one request takes; 0 asks without spending. */
export const CreditCost = z.int().min(0).max(1_000_000);
