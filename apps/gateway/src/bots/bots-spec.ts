import { GuardMode } from '@gatehouse/contracts';
import { z } from 'zod';

const Parts = z
  .array(z.string().min(3, 'at least 3 characters, or it would mean everybody').max(200))
  .max(200)
  .default([]);

/** Which programs a route speaks to, by their `User-Agent`. Keeps out what is careless, not what lies. */
export const BotsSpec = z.strictObject({
  mode: GuardMode.default('block'),
  knownScanners: z
    .boolean()
    .default(true)
    .describe('Speaks against tools that look for holes and say their name: sqlmap, nikto and their kind.'),
  emptyUserAgent: z.enum(['allow', 'refuse']).default('allow'),
  deny: Parts.describe('Parts of user agents that are spoken against; case does not matter.'),
  allow: Parts.describe('Parts of user agents that nothing here is said against.'),
});
export type BotsSpec = z.infer<typeof BotsSpec>;
