import { z } from 'zod';

/** That a route is going away, as its callers are told. */
export const DeprecationSpec = z.strictObject({
  since: z.iso.datetime().describe('From when on it counts as deprecated; becomes `Deprecation` (RFC 9745).'),
  sunset: z.iso.datetime().optional().describe('When it will stop answering; becomes `Sunset` (RFC 8594).'),
  link: z
    .url({ protocol: /^https?$/, error: 'an http or https URL' })
    .refine((url) => !/[<>"\s]/.test(url), 'no spaces, quotes or angle brackets')
    .optional()
    .describe('A page that says what to use instead; becomes `Link` with rel="deprecation".'),
});
export type DeprecationSpec = z.infer<typeof DeprecationSpec>;
