import { describe, expect, it } from '@jest/globals';
import { changesBetween } from './config-changes.js';

const BEFORE = `
limits: [{ per: tenant, requests: 100, windowSeconds: 1 }]
routes:
  - { id: orders, path: /orders, upstream: '\${UPSTREAM_URL}', scopes: { GET: [orders:read] }, ipDeny: [10.0.0.0/8] }
  - { id: users, path: /users, upstream: '\${UPSTREAM_URL}', scopes: { GET: [] } }
`;

describe('changesBetween', () => {
  it('finds none in comments, spelling, order of fields and order of routes', () => {
    const after = `
routes: # all of them
  - { id: users, upstream: "\${UPSTREAM_URL}", path: /users, scopes: { GET: [] } }
  - id: orders
    path: '/orders'
    upstream: \${UPSTREAM_URL}
    ipDeny: [10.0.0.0/8]
    scopes: { GET: [orders:read] }
limits:
  - { windowSeconds: 1, requests: 100, per: tenant }
`;
    expect(changesBetween(BEFORE, after)).toEqual([]);
  });

  it('names routes that come and go', () => {
    const after = BEFORE.replaceAll('users', 'people');
    expect(changesBetween(BEFORE, after)).toMatchObject([
      { kind: 'route', name: 'users', change: 'removed' },
      { kind: 'route', name: 'people', change: 'added' },
    ]);
  });

  it('names the smallest parts that differ, with variables in the place of values', () => {
    const after = BEFORE.replace('requests: 100', 'requests: 50')
      .replace("path: /orders, upstream: '${UPSTREAM_URL}'", "path: /orders, upstream: '${UPSTREAM_ORDERS}'")
      .replace('ipDeny: [10.0.0.0/8]', 'ipDeny: [10.0.0.0/8, 192.0.2.1]')
      .replace('GET: [orders:read]', "GET: [orders:read], '*': [orders:write]");
    expect(changesBetween(BEFORE, after)).toEqual([
      {
        kind: 'setting',
        name: 'limits',
        change: 'changed',
        takesRestart: false,
        fields: [{ field: '[0].requests', before: 100, after: 50 }],
      },
      {
        kind: 'route',
        name: 'orders',
        change: 'changed',
        takesRestart: false,
        fields: [
          { field: 'upstream', before: '${UPSTREAM_URL}', after: '${UPSTREAM_ORDERS}' },
          { field: 'scopes.*', after: ['orders:write'] },
          { field: 'ipDeny', before: ['10.0.0.0/8'], after: ['10.0.0.0/8', '192.0.2.1'] },
        ],
      },
    ]);
  });

  it('names settings that come and go', () => {
    const after = `trustedProxies: [127.0.0.1]\n${BEFORE.replace(/limits:.*\n/, '')}`;
    expect(changesBetween(BEFORE, after).map(({ kind, name, change }) => [kind, name, change])).toEqual([
      ['setting', 'limits', 'removed'],
      ['setting', 'trustedProxies', 'added'],
    ]);
  });

  it('says of listeners that they take a restart', () => {
    const after = `listeners: [{ name: plain, port: 8080 }]\n${BEFORE}`;
    expect(changesBetween(BEFORE, after)).toMatchObject([{ name: 'listeners', takesRestart: true }]);
  });
});
