import { z } from 'zod';

/** How many tokens that nobody knows may come from one address. */
export const GuessesSpec = z.strictObject({
  requests: z.int().min(1).max(1e9).default(600),
  windowSeconds: z.int().min(1).max(86_400).default(60),
});
export type GuessesSpec = z.infer<typeof GuessesSpec>;
