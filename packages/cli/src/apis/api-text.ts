import { isDeepStrictEqual } from 'node:util';
import { type ApiView, apiFields, ConfigFieldChange } from '@gatehouse/contracts';
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
    scopes: api.routes.map(({ path, scopes }) => `${path} ${JSON.stringify(scopes)}`).join(' '),
    limits: limitsOf(api),
    published: `${api.publishedAt} by ${api.publishedBy}`,
  }),
};

const limitsOf = ({ routes }: ApiView): string | undefined =>
  routes.flatMap(({ path, limits }) => (limits ? `${path} ${JSON.stringify(limits)}` : [])).join(' ') ||
  undefined;

/** The fields in which two versions differ. */
export const changesOf = (before: ApiView, after: ApiView): ConfigFieldChange[] =>
  (Object.keys(apiFields) as (keyof typeof apiFields)[])
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ConfigFieldChange.parse({ field, before: before[field], after: after[field] }));
