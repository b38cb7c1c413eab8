import { z } from 'zod';

const MIB = 1024 * 1024;

/** What a route says of keeping answers (RFC 9111). Absent: none is kept. */
export const CacheSpec = z
  .strictObject({
    shareBy: z
      .enum(['none', 'tenant', 'scopes', 'token'])
      .default('none')
      .describe(
        'Who gets the same answer. none: only answers that permit it (public, s-maxage, must-revalidate) are kept, for all tokens of the tenant. tenant: all tokens of the tenant. scopes: those with the same scopes. token: each token by itself, answers marked private too.',
      ),
    maxEntryBytes: z
      .int()
      .min(1)
      .max(64 * MIB)
      .default(MIB)
      .describe('Answers with a larger body are handed on and not kept.'),
    defaultSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe('How long answers are fresh that say nothing of it themselves.'),
  })
  .refine(({ shareBy, defaultSeconds }) => defaultSeconds === undefined || shareBy !== 'none', {
    path: ['defaultSeconds'],
    error: 'takes shareBy: with none, answers that say nothing are not kept',
  });
export type CacheSpec = z.infer<typeof CacheSpec>;
