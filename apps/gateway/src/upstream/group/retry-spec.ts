import { z } from 'zod';

const Occasion = z.enum(['connect', 'reset', 'timeout', '502', '503', '504']);
export type Occasion = z.infer<typeof Occasion>;

/** When a request is sent once more: only one that may be repeated (RFC 9110 §9.2.2) and brings no body. */
export const RetrySpec = z.strictObject({
  max: z
    .int()
    .min(0)
    .max(5)
    .default(1)
    .describe('So many more attempts, each at another target while there is one.'),
  on: z
    .array(Occasion)
    .max(6)
    .default(['connect', 'reset', '502', '503', '504'])
    .describe(
      '`connect`: no connection came about; `reset`: it broke before the answer; `timeout`: no answer in `timeouts.headersMs`.',
    ),
  budgetPercent: z
    .int()
    .min(0)
    .max(100)
    .default(20)
    .describe('Over all requests of the group, retries are at most this share of them.'),
  reserve: z
    .int()
    .min(0)
    .max(1000)
    .default(10)
    .describe('So many retries may be saved up, and are there at the start.'),
});
export type RetrySpec = z.infer<typeof RetrySpec>;
