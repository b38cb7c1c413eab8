import { z } from 'zod';
import { Method } from '../routes/place-spec.js';

const Requests = z.int().min(1).max(1e9);
const Cost = z.int().min(0).max(1e6);
const LONGEST_WAIT_MS = 30_000;

/** One limit: a rate, a quota or a bound on what is under way at once. */
export const LimitSpec = z
  .strictObject({
    per: z
      .enum(['token', 'user', 'application', 'identity', 'tenant', 'plan', 'route', 'ip'])
      .describe(
        'Who shares it. A token without user, application or identity counts by itself; an IPv6 client by its /64.',
      ),
    plans: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(50)
      .optional()
      .describe('Only tokens of these plans; absent: all.'),
    requests: Requests.optional(),
    windowSeconds: z.int().min(1).max(86_400).optional().describe('A rate: so many requests in so long.'),
    burst: Requests.optional().describe('How many of a rate may come at once; absent: all of them.'),
    every: z.enum(['day', 'month']).optional().describe('A quota: so many requests in each, by UTC.'),
    concurrent: z.int().min(1).max(1e6).optional().describe('So many under way at once.'),
  })
  .refine(
    ({ requests, windowSeconds, every, concurrent, burst }) =>
      concurrent === undefined
        ? requests !== undefined &&
          (windowSeconds === undefined) !== (every === undefined) &&
          (burst === undefined || windowSeconds !== undefined)
        : (requests ?? windowSeconds ?? every ?? burst) === undefined,
    'either requests and windowSeconds (with or without burst), or requests and every, or concurrent alone',
  );
export type LimitSpec = z.infer<typeof LimitSpec>;

/** Limits that are told apart by name, which is made of what they say. */
export const LimitList = z
  .array(LimitSpec)
  .max(20)
  .refine((list) => new Set(list.map(limitName)).size === list.length, 'no two of the same per and window');

/** As headers and decisions name it. */
export const limitName = ({ per, windowSeconds, every, plans }: LimitSpec): string =>
  [per, windowSeconds === undefined ? (every ?? 'concurrent') : `${windowSeconds}s`, ...(plans ?? [])].join(
    '-',
  );

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
  /** How much of each rate and quota one request takes, or that by method (`*`: the others); absent: 1. */
  cost: z.union([Cost, z.record(z.union([z.literal('*'), Method]), Cost)]).optional(),
  /** Lets requests over a rate wait for their turn instead of refusing them. */
  throttle: z
    .strictObject({
      maxWaitMs: z.int().min(1).max(LONGEST_WAIT_MS),
      /** In this process at once. */
      maxWaiting: z.int().min(1).max(10_000).default(100),
    })
    .optional(),
};
