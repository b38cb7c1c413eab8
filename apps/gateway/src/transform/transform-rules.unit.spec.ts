import { describe, expect, it } from '@jest/globals';
import { readRoutes } from '../routes/read-routes.js';

const route = (transform: string, more = '', path = '/users/{id}') =>
  readRoutes(
    `routes: [{ id: a, path: '${path}', scopes: { '*': [] }, upstream: 'http://a', ${more} transform: ${transform} }]`,
    'gateway.yaml',
    new Map(),
  ).routes[0];
const setting = (name: string, value = 'x') => `{ request: { headers: { set: { '${name}': "${value}" } } } }`;

describe('changes of requests and answers', () => {
  it('may name what is known of a request', () => {
    const text =
      '{id} {token.id} {token.tenant} {token.application} {token.user} {request.id} {client.address}';
    expect(route(setting('X-All', text))).toMatchObject({ transform: { response: {} } });
  });

  it.each([
    'Host',
    'Connection',
    'Transfer-Encoding',
    'Content-Length',
    'Upgrade',
    'TE',
    'Trailer',
    'Expect',
    'Keep-Alive',
    'Proxy-Authorization',
    'X-Gatehouse-User',
    'x-gatehouse-anything',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'Forwarded',
    'X-Real-IP',
    'Via',
    'X-Request-Id',
    'Traceparent',
    'X-Consumer-Id',
    'Client-Cert',
    'X-Original-URL',
  ])('never reach the header %s', (name) => {
    expect(() => route(setting(name))).toThrow(/the gateway alone says this header/);
    expect(() => route(`{ request: { headers: { rename: { X-Mine: '${name}' } } } }`)).toThrow(
      /the gateway alone/,
    );
    expect(() => route(`{ request: { headers: { remove: ['${name}'] } } }`)).toThrow(/the gateway alone/);
  });

  it.each([
    ['a line is ended', setting('X-A', 'a\\r\\nX-B: c'), /visible ASCII/],
    ['a name is none', setting('X A'), /a header name/],
    ['a name could be confused', setting('X_A'), /a header name/],
    [
      'a variable stands for nothing',
      setting('X-A', '{name}'),
      /\{name\} stands for nothing here; there are: \{id\}, \{token\.id\}/,
    ],
    [
      'an answer frames itself',
      `{ response: { headers: { set: { Content-Length: '1' } } } }`,
      /the gateway alone/,
    ],
    ['a path climbs', `{ request: { path: '/a/../b' } }`, /no dot segments/],
    ['a path begins a host', `{ request: { path: '//evil.example' } }`, /request\.path: /],
    ['a path has a query', `{ request: { path: '/a?b=c' } }`, /request\.path: a path such as/],
    ['a pointer is none', `{ request: { body: [{ op: remove, path: a }] } }`, /a JSON Pointer such as/],
    ['a prototype is meant', `{ request: { body: [{ op: remove, path: /a/__proto__ }] } }`, /never written/],
    [
      'a thing moves into itself',
      `{ request: { body: [{ op: move, from: /a, path: /a/b }] } }`,
      /moved into itself/,
    ],
  ])('are refused when %s', (_, transform, message) => {
    expect(() => route(transform)).toThrow(message);
  });

  it.each([
    ['webSocket: {},', setting('X-A'), /does not reach WebSockets/],
    ['stripPrefix: /users,', `{ request: { path: /v2 } }`, /give one of them/],
    ['cache: { shareBy: tenant },', setting('X-User', '{token.user}'), /cache\.shareBy: must be token/],
    ['cache: {},', `{ request: { path: '/v2/{token.user}' } }`, /cache\.shareBy: must be token/],
  ])('do not go with %s', (more, transform, message) => {
    expect(() => route(transform, more)).toThrow(message);
  });

  it('go with answers that each token has for itself, or that the path tells apart', () => {
    expect(route(setting('X-User', '{token.user}'), 'cache: { shareBy: token },')).toBeDefined();
    expect(route(`{ request: { path: '/v2/{id}' } }`, 'cache: {},')).toBeDefined();
  });
});
