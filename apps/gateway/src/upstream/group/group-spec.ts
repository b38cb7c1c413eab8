import { UpstreamTargets } from '@gatehouse/contracts';
import { z } from 'zod';
import { BreakerSpec, HealthCheckSpec, OutlierSpec } from '../health/health-spec.js';
import { CanarySpec } from '../canary/canary-spec.js';
import { MirrorSpec } from '../mirror/mirror-spec.js';
import { RetrySpec } from './retry-spec.js';
import { HeaderName } from './header-name.js';

export const GroupName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, '1–63 characters of a–z, 0–9 and -')
  .describe('As metrics and the admin port name it; absent: after the first route that has it.');

/** Several targets behind one route. Routes that describe the same group share what is known of its targets. */
export const GroupSpec = z.strictObject({
  name: GroupName.optional(),
  targets: UpstreamTargets,
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
  canary: CanarySpec.optional(),
  mirror: MirrorSpec.optional(),
});
export type GroupSpec = z.infer<typeof GroupSpec>;

/** Every URL that a group sends to. */
export const groupUrls = ({ targets, canary, mirror }: GroupSpec): readonly string[] => [
  ...targets.map(({ url }) => url),
  ...(canary?.targets.map(({ url }) => url) ?? []),
  ...(mirror ? [mirror.url] : []),
];
