import { z } from 'zod';
import { Resource } from './application.fields.js';
import { CacheSpec } from './cache.fields.js';
import { CorsSpec } from './cors.fields.js';
import { DeprecationSpec } from './deprecation.fields.js';
import { atMostBytes } from './json-size.js';
import { LimitList } from './limit.fields.js';
import { PublishedMock, PublishedOpenApi } from './openapi.fields.js';
import {
  HttpMethod,
  isPrefixOf,
  ResponseBytes,
  RoleNeed,
  RouteHost,
  RoutePath,
  RouteScopes,
  StripPrefix,
  unboundParameters,
  UpstreamTargets,
  UpstreamUrl,
} from './route.fields.js';
import { PublishedWaf } from './waf.fields.js';

/** What the terms of an API may take in an event, as JSON. */
const MOST_BYTES = 32_768;

export const ApiId = z
  .string()
  .regex(/^api_[0-9a-f]{32}$/, 'the id of a published API is api_ and 32 hexadecimal digits');

/** How the ids of a published API's routes begin, at gateways and in what they record. A number follows. */
export const routePrefixOf = (api: string): string => `${api.replace('_', '-')}-`;

/** What a route may say for itself, or an API for those of its routes that do not say it. */
const routeWords = {
  roles: RoleNeed.optional(),
  maxResponseBytes: ResponseBytes.optional(),
  /** Answers that gateways may keep: as many as they have room for. Absent: none. */
  cache: CacheSpec.optional(),
  /** Absent: browsers let no page of another origin read the answers. */
  cors: CorsSpec.optional(),
  deprecation: DeprecationSpec.optional(),
  /** Absent: the firewall does not look at requests. */
  waf: PublishedWaf.optional(),
  /** Absent: requests are not held against a document. */
  openapi: PublishedOpenApi.optional(),
  /** Answers with examples, instead of an upstream. */
  mock: PublishedMock.optional(),
};

/** One route of a published API, in the words of a route of gateway.yaml. */
export const ApiRoute = z.strictObject({
  path: RoutePath,
  /** Absent: every method that `scopes` covers. */
  methods: z.array(HttpMethod).min(1).max(40).optional(),
  scopes: RouteScopes,
  /** All of them have to let a request through. Each counts the requests of this route alone. */
  limits: LimitList.optional(),
  ...routeWords,
});
export type ApiRoute = z.infer<typeof ApiRoute>;

/** What is said of a published API, field by field. */
export const apiFields = {
  /** One API of a tenant is called so. */
  name: z.string().trim().min(1).max(200),
  description: z.string().trim().max(1_000).default(''),
  /** Where it is documented. */
  docs: z
    .url({ protocol: /^https?$/, error: 'an http or https URL' })
    .max(500)
    .optional(),
  /** Host names its routes answer to; absent: any that its gateways let the tenant claim. */
  hosts: z.array(RouteHost).min(1).max(20).optional(),
  /** Where its requests go. */
  upstream: z.union([UpstreamUrl, z.strictObject({ targets: UpstreamTargets })]),
  /** Taken off the front of every path before it goes upstream. */
  stripPrefix: StripPrefix.optional(),
  /** The resource (RFC 8707) that JWT access tokens must be for; absent: any that their issuer may be for. */
  audience: Resource.optional(),
  ...routeWords,
  routes: z.array(ApiRoute).min(1).max(50),
};

/** What the rules that span fields look at. */
type ApiShape = Pick<ApiTerms, 'routes' | 'stripPrefix'>;

/** The rules that span several fields: for `superRefine` of a schema that has {@link apiFields}. */
export function refuseApiMistakes({ routes, stripPrefix }: ApiShape, context: z.core.$RefinementCtx): void {
  const seen = new Set<string>();
  for (const [i, { path, methods, scopes }] of routes.entries()) {
    const refuse = (field: string[], message: string) =>
      context.addIssue({ code: 'custom', path: ['routes', i, ...field], message, input: path });
    const place = JSON.stringify([path.replaceAll(/\{\w+\}/g, '{}'), methods?.toSorted()]);
    if (seen.has(place)) refuse(['path'], 'another of its routes has the same path and methods');
    seen.add(place);
    if (stripPrefix !== undefined && !isPrefixOf(stripPrefix, path))
      refuse(['path'], `does not begin with stripPrefix, ${stripPrefix}`);
    for (const [method, name] of unboundParameters(path, scopes))
      refuse(['scopes', method], `{${name}} is no parameter of ${path}`);
  }
}

/** Arguments of `refine`: what a body says of an API has to fit into an event. */
export const fitsEvent = atMostBytes(MOST_BYTES, 'the API');

/** A published API, as its tenant describes it. */
export const ApiTerms = z
  .strictObject(apiFields)
  .superRefine(refuseApiMistakes)
  .refine(...fitsEvent);
export type ApiTerms = z.infer<z.ZodObject<typeof apiFields>>;

/** The documents that an API names, each once. */
export function documentsOf({ routes, ...ofAll }: Pick<ApiTerms, 'openapi' | 'mock' | 'routes'>): string[] {
  const named = [ofAll, ...routes].flatMap(({ openapi, mock }) => [openapi?.document, mock?.document]);
  return [...new Set(named.filter((document) => document !== undefined))];
}
