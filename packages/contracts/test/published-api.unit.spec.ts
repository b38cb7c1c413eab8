import { describe, expect, it } from '@jest/globals';
import { ApiChanged, apiFields, ApiPublished, ApiRoute, ApiTerms } from '../src/index.js';

const said = {
  roles: { any: ['support', 'admin'] },
  maxResponseBytes: 1_000_000,
  cache: { shareBy: 'scopes', maxEntryBytes: 10_000, defaultSeconds: 60 },
  cors: {
    origins: ['https://app.example.com'],
    headers: ['authorization'],
    exposeHeaders: ['x-total'],
    maxAgeSeconds: 60,
  },
  deprecation: {
    since: '2026-01-01T00:00:00Z',
    sunset: '2027-01-01T00:00:00Z',
    link: 'https://docs.example.com/v2',
  },
  waf: { mode: 'block', paranoia: 2, threshold: 7 },
  openapi: {
    document: `sha256:${'a'.repeat(64)}`,
    basePath: '/v1',
    mode: 'report',
    undocumented: 'pass',
    maxBodyBytes: 1_000,
  },
  mock: { document: `sha256:${'b'.repeat(64)}`, basePath: '/v1' },
};
const route = {
  path: '/shop/users/{id}',
  methods: ['GET'],
  scopes: { GET: { any: ['user:{id}', 'users:read'] } },
  limits: [
    { per: 'token', requests: 100, windowSeconds: 60, burst: 20 },
    { per: 'plan', plans: ['free'], requests: 10_000, every: 'month' },
    { per: 'user', concurrent: 5 },
  ],
  ...said,
};
const api = {
  name: 'Orders',
  description: 'Orders of the shop',
  docs: 'https://docs.example.com/orders',
  hosts: ['api.example.com'],
  upstream: { targets: [{ url: 'https://orders.internal', weight: 2 }] },
  stripPrefix: '/shop',
  audience: 'https://orders.example.com',
  routes: [route],
  ...said,
};

describe('the events of a published API', () => {
  it.each([ApiPublished, ApiChanged])('hold everything that can be said of one: $type', ({ schema }) => {
    expect(Object.keys(api).toSorted()).toEqual(Object.keys(apiFields).toSorted());
    expect(Object.keys(route).toSorted()).toEqual(Object.keys(ApiRoute.shape).toSorted());
    const terms = ApiTerms.parse(api);
    expect(terms).toEqual(api);
    const data = { apiId: `api_${'0'.repeat(32)}`, ...terms };
    expect(schema.shape.data.parse(data)).toEqual(data);
  });
});
