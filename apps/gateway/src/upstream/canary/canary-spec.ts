import { UpstreamTargets } from '@gatehouse/contracts';
import { z } from 'zod';
import { HeaderName } from '../group/header-name.js';

/** Targets with a new version, which get a part of the requests. */
export const CanarySpec = z.strictObject({
  targets: UpstreamTargets,
  percent: z.number().min(0).max(100).default(0).describe('Share of the requests they get.'),
  sticky: z
    .boolean()
    .default(false)
    .describe('The share is one of tokens: all requests of a token go the same way.'),
  header: z
    .strictObject({ name: HeaderName, value: z.string().min(1).max(256).optional() })
    .optional()
    .describe('Requests with this header (and value) go there, whatever the share.'),
});
export type CanarySpec = z.infer<typeof CanarySpec>;
