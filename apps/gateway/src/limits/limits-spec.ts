import { z } from 'zod';

/** How much of a route one caller may take. */
export const limitFields = {
  /** Per token, in this process. */
  limit: z
    .strictObject({ requests: z.int().min(1).max(1e9), windowSeconds: z.int().min(1).max(86_400) })
    .optional(),
};
