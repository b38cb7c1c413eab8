import { describe, expect, it } from '@jest/globals';
import { localLimits } from '../limits/limit-store.js';
import { RouteLimits } from '../limits/route-limits.js';
import { IpList } from '../request/ip-list.js';
import { Requirements } from './requirement.js';
import { RouteMatcher } from './route-matcher.js';

interface Spec {
  id: string;
  path: string;
  hosts?: string[];
  methods?: string[];
  scopes?: Record<string, string[]>;
}

function matcherOf(specs: Spec[]): RouteMatcher {
  return new RouteMatcher(
    specs.map((spec) => ({
      spec,
      route: {
        id: spec.id,
        path: spec.path,
        tenant: 'default',
        requirements: new Requirements({
          scopes: spec.scopes ?? { '*': [] },
          methods: spec.methods,
          path: spec.path,
        }),
        policies: [],
        limits: new RouteLimits({ limits: [], store: localLimits(), throttle: undefined }),
        inspections: undefined,
        steps: [],
        stepsBeforeIdentity: 0,
        keyHeader: undefined,
        answerHeaders: undefined,
        webSocket: undefined,
        trustedProxies: new IpList([]),
        upstream: undefined,
        serve: () => {},
        staleMs: 0,
        maxBodyBytes: 0,
      },
    })),
  );
}

describe('RouteMatcher', () => {
  const matcher = matcherOf([
    { id: 'all', path: '/*' },
    { id: 'demo', path: '/demo/*' },
    { id: 'demo-admin', path: '/demo/admin/*' },
    { id: 'demo-exact', path: '/demo/admin' },
    { id: 'read', path: '/split/*', methods: ['GET'] },
    { id: 'write', path: '/split/*', methods: ['POST'] },
    { id: 'host', path: '/demo/*', hosts: ['api.example'] },
    { id: 'wild', path: '/demo/*', hosts: ['*.example'] },
  ]);
  const idAt = (path: string, host = '', method = 'GET') => matcher.match(host, path, method)?.route.id;

  it.each([
    ['/', 'all'],
    ['/other/x', 'all'],
    ['/demo', 'demo'],
    ['/demo/', 'demo'],
    ['/demo/x', 'demo'],
    ['/demolition', 'all'],
    ['/demo//x', 'demo'],
    ['/Demo/x', 'all'],
    ['/demo/admin', 'demo-exact'],
    ['/demo/admin/x', 'demo-admin'],
    ['//demo/x', 'all'],
  ])('finds for %s the route %s', (path, id) => expect(idAt(path)).toBe(id));

  it('prefers an exact host to a wildcard, and that to any', () => {
    expect(idAt('/demo/x', 'api.example')).toBe('host');
    expect(idAt('/demo/x', 'other.example')).toBe('wild');
    expect(idAt('/demo/x', 'example')).toBe('demo');
    expect(idAt('/elsewhere', 'api.example')).toBe('all');
  });

  it('tells routes at one path apart by method', () => {
    expect(idAt('/split/x', '', 'GET')).toBe('read');
    expect(idAt('/split/x', '', 'POST')).toBe('write');
  });

  it('names the methods when the path is known and the method is not', () => {
    const only = matcherOf([
      { id: 'a', path: '/a', methods: ['GET'] },
      { id: 'b', path: '/a', methods: ['PUT'], scopes: { PUT: ['x'] } },
    ]);
    expect(only.match('', '/a', 'DELETE')).toMatchObject({ requirement: undefined, allow: ['GET', 'PUT'] });
    expect(only.match('', '/b', 'GET')).toBeUndefined();
  });

  it('refuses a method that no scope covers, and TRACE unless it is named', () => {
    const closed = matcherOf([
      { id: 'a', path: '/a', scopes: { GET: ['x'] } },
      { id: 'b', path: '/b', scopes: { '*': ['y'], PUT: ['z'] } },
    ]);
    expect(closed.match('', '/a', 'GET')?.requirement?.scopes).toEqual(['x']);
    expect(closed.match('', '/a', 'HEAD')?.requirement).toBeUndefined();
    expect(closed.match('', '/b', 'GET')?.requirement?.scopes).toEqual(['y']);
    expect(closed.match('', '/b', 'PUT')?.requirement?.scopes).toEqual(['z']);
    expect(closed.match('', '/b', 'TRACE')?.requirement).toBeUndefined();
  });

  it('takes a parameter for one segment, and a literal before it', () => {
    const users = matcherOf([
      { id: 'one', path: '/users/{id}' },
      { id: 'me', path: '/users/me' },
      { id: 'orders', path: '/users/{id}/orders/*' },
      { id: 'below-me', path: '/users/me/*' },
      { id: 'tenant', path: '/{tenant}/status' },
    ]);
    const at = (path: string) => users.match('', path, 'GET')?.route.id;
    expect(at('/users/7')).toBe('one');
    expect(at('/users/me')).toBe('me');
    expect(at('/users/7/orders')).toBe('orders');
    expect(at('/users/7/orders/1/lines')).toBe('orders');
    expect(at('/users/me/orders')).toBe('below-me');
    expect(at('/acme/status')).toBe('tenant');
    for (const path of ['/users', '/users/', '/users/7/', '/users//orders', '/users/7/x', '/acme/status/'])
      expect(at(path)).toBeUndefined();
  });

  it('finds one route among ten thousand', () => {
    const many = matcherOf(Array.from({ length: 10_000 }, (_, i) => ({ id: `r${i}`, path: `/r${i}/*` })));
    expect(many.match('', '/r9876/x', 'GET')?.route.id).toBe('r9876');
    expect(many.match('', '/r10000/x', 'GET')).toBeUndefined();
  });
});
