import { z } from 'zod';

const Requests = z.int().min(1).max(1e9);

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
  [
    per,
    windowSeconds === undefined ? (every ?? 'concurrent') : `${windowSeconds}s`,
    ...(plans ?? []).map(headerSafe),
  ].join('-');

/** A header holds the name, and a plan may be called anything. */
const headerSafe = (plan: string): string =>
  plan.replaceAll(/[^A-Za-z0-9._~-]/g, (unit) => `%${unit.charCodeAt(0).toString(16)}`);
