import { isDeepStrictEqual } from 'node:util';
import { type ApiRoute, type ApiView, apiFields, ConfigFieldChange } from '@gatehouse/contracts';
import type { Resource } from '../resources/resource.js';

/** A published API, for people. */
export const API: Resource<ApiView> = {
  noun: 'published API',
  example: 'api_0190…',
  columns: ['id', 'name', 'version', 'hosts', 'paths', 'upstream'],
  facts: (api) => ({
    id: api.id,
    name: api.name,
    description: api.description || undefined,
    version: `${api.version}`,
    hosts: api.hosts?.join(' ') ?? 'any',
    paths: api.routes.map(({ path }) => path).join(' '),
    upstream:
      typeof api.upstream === 'string' ? api.upstream : api.upstream.targets.map(({ url }) => url).join(' '),
    audience: api.audience,
    docs: api.docs,
    scopes: sayingOf(api, 'scopes'),
    limits: sayingOf(api, 'limits'),
    roles: sayingOf(api, 'roles', api.roles),
    cache: sayingOf(api, 'cache', api.cache),
    maxResponseBytes: sayingOf(api, 'maxResponseBytes', api.maxResponseBytes),
    waf: sayingOf(api, 'waf', api.waf),
    openapi: sayingOf(api, 'openapi', api.openapi),
    mock: sayingOf(api, 'mock', api.mock),
    cors: sayingOf(api, 'cors', api.cors),
    deprecation: sayingOf(api, 'deprecation', api.deprecation),
    published: `${api.publishedAt} by ${api.publishedBy}`,
  }),
};

/** What is said of all its routes, and by which of them something else; `undefined`: nothing. */
const sayingOf = ({ routes }: ApiView, word: keyof ApiRoute, ofAll?: unknown): string | undefined =>
  [{ path: '', said: ofAll }, ...routes.map((route) => ({ path: route.path, said: route[word] }))]
    .flatMap(({ path, said }) => (said === undefined ? [] : `${path} ${JSON.stringify(said)}`.trim()))
    .join(' ') || undefined;

/** The fields in which two versions differ. */
export const changesOf = (before: ApiView, after: ApiView): ConfigFieldChange[] =>
  (Object.keys(apiFields) as (keyof typeof apiFields)[])
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ConfigFieldChange.parse({ field, before: before[field], after: after[field] }));
