import { z } from 'zod';
import { ApiId } from './api.fields.js';
import { defineEvent } from './event.js';

const Limit = z.object({
  per: z.enum(['token', 'user', 'application', 'identity', 'tenant', 'plan', 'route', 'ip']),
  plans: z.array(z.string()).optional(),
  requests: z.int().optional(),
  windowSeconds: z.int().optional(),
  burst: z.int().optional(),
  every: z.enum(['day', 'month']).optional(),
  concurrent: z.int().optional(),
});
const Need = z.union([z.array(z.string()), z.object({ any: z.array(z.string()) })]);

/** Of a route, or of all routes that do not say it themselves. */
const routeWords = {
  roles: Need.optional(),
  maxResponseBytes: z.int().optional(),
  cache: z
    .object({ shareBy: z.string(), maxEntryBytes: z.int(), defaultSeconds: z.int().optional() })
    .optional(),
  cors: z
    .object({
      origins: z.array(z.string()),
      headers: z.array(z.string()),
      exposeHeaders: z.array(z.string()),
      maxAgeSeconds: z.int(),
    })
    .optional(),
  waf: z.object({ mode: z.string(), paranoia: z.int(), threshold: z.int() }).optional(),
  openapi: z
    .object({
      document: z.string(),
      basePath: z.string().optional(),
      mode: z.string(),
      undocumented: z.string(),
      maxBodyBytes: z.int(),
    })
    .optional(),
  mock: z.object({ document: z.string(), basePath: z.string().optional() }).optional(),
  deprecation: z
    .object({ since: z.string(), sunset: z.string().optional(), link: z.string().optional() })
    .optional(),
};

/** All of an API, as it is from now on. Without the rules of `ApiTerms`, which may become stricter than they were. */
const said = {
  apiId: ApiId,
  name: z.string(),
  description: z.string(),
  docs: z.string().optional(),
  hosts: z.array(z.string()).optional(),
  upstream: z.union([
    z.string(),
    z.object({ targets: z.array(z.object({ url: z.string(), weight: z.int() })) }),
  ]),
  stripPrefix: z.string().optional(),
  audience: z.string().optional(),
  ...routeWords,
  routes: z.array(
    z.object({
      path: z.string(),
      methods: z.array(z.string()).optional(),
      scopes: z.record(z.string(), Need),
      limits: z.array(Limit).optional(),
      ...routeWords,
    }),
  ),
};

/** A tenant offers an API. Whether a gateway serves it, is up to what that gateway lets the tenant claim. */
export const ApiPublished = defineEvent(
  'ApiPublished',
  'catalog.api-published.v1',
  'catalog.api-published',
  z.object(said),
);
export type ApiPublished = z.infer<typeof ApiPublished.schema>;

/** It is this from now on, and nothing of what it was. */
export const ApiChanged = defineEvent(
  'ApiChanged',
  'catalog.api-changed.v1',
  'catalog.api-changed',
  z.object(said),
);
export type ApiChanged = z.infer<typeof ApiChanged.schema>;

/** It is offered no more, for good. */
export const ApiRetired = defineEvent(
  'ApiRetired',
  'catalog.api-retired.v1',
  'catalog.api-retired',
  z.object({ apiId: ApiId, reason: z.string() }),
);
export type ApiRetired = z.infer<typeof ApiRetired.schema>;
