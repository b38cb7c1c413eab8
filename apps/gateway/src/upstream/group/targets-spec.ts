import { z } from 'zod';
import { UpstreamUrl } from '../upstream-url.js';

export const HeaderName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'a header name');

/** Those who share the requests. */
export const Targets = z
  .array(z.strictObject({ url: UpstreamUrl, weight: z.int().min(1).max(1000).default(1) }))
  .min(1)
  .max(64)
  .refine((targets) => new Set(targets.map(({ url }) => url)).size === targets.length, 'no URL twice');
export type Targets = z.infer<typeof Targets>;
