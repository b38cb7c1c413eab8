import { z } from 'zod';

/** What becomes of a request that a rule speaks against: nothing, a finding in its record, or a refusal. */
export const GuardMode = z.enum(['off', 'detect', 'block']);
export type GuardMode = z.infer<typeof GuardMode>;
