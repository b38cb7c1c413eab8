import { z } from 'zod';

const MIB = 1024 * 1024;
const MAX_TIMEOUT_MS = 120_000;

const Upstream = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).refine((text) => {
  const { username, search, hash } = new URL(text);
  return username === '' && search === '' && hash === '';
}, 'no user information, query or fragment');
const Milliseconds = z.int().min(1).max(MAX_TIMEOUT_MS);

/** Where a route of gateway.yaml sends what it lets through, and within which bounds. */
export const upstreamFields = {
  upstream: Upstream,
  /** Taken off the front of the path before it goes upstream. */
  stripPrefix: z
    .string()
    .startsWith('/')
    .max(512)
    .refine((prefix) => !prefix.includes('{'), 'no parameters')
    .optional(),
  maxBodyBytes: z
    .int()
    .min(0)
    .max(10 * 1024 * MIB)
    .default(1024 * MIB),
  timeouts: z
    .strictObject({
      connectMs: Milliseconds.default(2_000),
      /** To the first byte of the answer. */
      headersMs: Milliseconds.default(30_000),
      /** Between two pieces of the answer. */
      bodyMs: Milliseconds.default(60_000),
    })
    .prefault({}),
};

/** Whether a prefix can be taken off every path that a route covers. */
export function isPrefixOf(prefix: string, path: string): boolean {
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === bare || path.startsWith(`${bare}/`);
}
