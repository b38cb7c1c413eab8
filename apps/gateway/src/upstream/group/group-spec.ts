import { z } from 'zod';
import { BreakerSpec, HealthCheckSpec, OutlierSpec } from '../health/health-spec.js';
import { UpstreamUrl } from '../upstream-url.js';
import { RetrySpec } from './retry-spec.js';

export const HeaderName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'a header name');

/** Those who share the requests. */
export const Targets = z
  .array(z.strictObject({ url: UpstreamUrl, weight: z.int().min(1).max(1000).default(1) }))
  .min(1)
  .max(64)
  .refine((targets) => new Set(targets.map(({ url }) => url)).size === targets.length, 'no URL twice');
export type Targets = z.infer<typeof Targets>;

/** Several targets behind one route. Routes that describe the same group share what is known of its targets. */
export const GroupSpec = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, '1–63 characters of a–z, 0–9 and -')
    .optional()
    .describe('As metrics and the admin port name it; absent: after the first route that has it.'),
  targets: Targets,
  balance: z
    .union([
      z.enum(['round-robin', 'least-connections']),
      z.strictObject({
        hash: z.union([z.enum(['token', 'address']), z.strictObject({ header: HeaderName })]),
      }),
    ])
    .default('round-robin')
    .describe(
      'With `hash` a caller stays with one target: by token, by address, or by a header (without it, by address).',
    ),
  outliers: OutlierSpec.prefault({}),
  breaker: BreakerSpec.prefault({}),
  retries: RetrySpec.prefault({}),
  health: HealthCheckSpec.optional(),
});
export type GroupSpec = z.infer<typeof GroupSpec>;
