import { z } from 'zod';

/** What becomes of a request that a rule speaks against: nothing, a finding in its record, or a refusal. */
export const GuardMode = z.enum(['off', 'detect', 'block']);
export type GuardMode = z.infer<typeof GuardMode>;

/** How strictly the firewall looks at requests. */
export const wafStrictness = {
  paranoia: z.int().min(1).max(4).default(1).describe('Of the Core Rule Set: more rules, more false alarms.'),
  threshold: z
    .int()
    .min(1)
    .max(10_000)
    .default(5)
    .describe('Score from which a request counts as an attack.'),
};
export type WafStrictness = z.infer<z.ZodObject<typeof wafStrictness>>;

/** What the firewall does on a published route: as strictly as its gateways let the tenant have it. */
export const PublishedWaf = z.strictObject({ mode: GuardMode, ...wafStrictness });
export type PublishedWaf = z.infer<typeof PublishedWaf>;
