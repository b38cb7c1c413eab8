import { HttpMethod, LimitList, type LimitSpec } from '@gatehouse/contracts';
import { z } from 'zod';

const Requests = z.int().min(1).max(1e9);
const Cost = z.int().min(0).max(1e6);
const LONGEST_WAIT_MS = 30_000;

/** A request that costs more than a limit ever holds could never pass. */
export function isAffordable({ cost = 1, limits = [] }: Costs): boolean {
  const dearest = typeof cost === 'number' ? cost : Math.max(...Object.values(cost));
  return limits.every(({ burst, requests }) => dearest <= (burst ?? requests ?? Number.POSITIVE_INFINITY));
}

interface Costs {
  readonly cost?: number | Readonly<Record<string, number>> | undefined;
  readonly limits?: readonly LimitSpec[] | undefined;
}

/** How much of a route one caller may take. */
export const limitFields = {
  /** Shorthand for one rate per token. */
  limit: z.strictObject({ requests: Requests, windowSeconds: z.int().min(1).max(86_400) }).optional(),
  /** All of them have to let a request through; a refused request is counted by none. */
  limits: LimitList.optional(),
  cost: z
    .union([Cost, z.record(z.union([z.literal('*'), HttpMethod]), Cost)])
    .optional()
    .describe(
      'How much of each rate and quota one request takes, and of the credits of its token and identity, or that by method ("*": the others). Absent: 1 of each rate and quota, and no credits.',
    ),
  /** Lets requests over a rate wait for their turn instead of refusing them. */
  throttle: z
    .strictObject({
      maxWaitMs: z.int().min(1).max(LONGEST_WAIT_MS),
      /** In this process at once. */
      maxWaiting: z.int().min(1).max(10_000).default(100),
    })
    .optional(),
};
