import { z } from 'zod';

const Origin = z
  .string()
  .max(300)
  .refine((text) => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text, {
    error: 'an origin such as https://app.example.com: scheme and host, lower case, no path and no "*"',
  });
const HeaderName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'a header name');

/** Cross-origin requests from browsers (Fetch Standard, CORS protocol). */
export const CorsSpec = z.strictObject({
  origins: z
    .array(Origin)
    .min(1)
    .max(100)
    .describe('Who may call from a browser, spelled out: there is no wildcard.'),
  headers: z
    .array(HeaderName)
    .max(50)
    .default(['authorization', 'content-type'])
    .describe('Request headers a page may set.'),
  exposeHeaders: z
    .array(HeaderName)
    .max(50)
    .default(['x-request-id', 'retry-after'])
    .describe('Response headers a page may read.'),
  maxAgeSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(600)
    .describe('How long a browser may remember the answer to its preflight.'),
});
export type CorsSpec = z.infer<typeof CorsSpec>;
