import { describe, expect, it } from '@jest/globals';
import { readRoutes } from '../routes/read-routes.js';

const route = (fields: string, path = '/old/{id}/*') =>
  readRoutes(
    `routes: [{ id: a, path: '${path}', scopes: { '*': [] }, ${fields} }]`,
    'gateway.yaml',
    new Map(),
  ).routes[0];

describe('a route without an upstream', () => {
  it('redirects with 308, and keeps the query', () => {
    expect(route(`redirect: { to: '/new/{id}/{*}' }`)).toMatchObject({
      redirect: { status: 308, keepQuery: true },
    });
  });

  it.each([
    ['nobody answers', 'tenant: acme', /give one of upstream, redirect, respond, mock/],
    ['two answer', `upstream: 'http://a', respond: {}`, /1:\d+ routes\[0\]\.respond: give one of/],
    ['callers could choose the host', `redirect: { to: 'https://{id}/x' }`, /redirect\.to: a path such as/],
    ['callers could lengthen the host', `redirect: { to: 'https://a.example{*}' }`, /redirect\.to: a path/],
    ['a host hides in a path', `redirect: { to: '//a.example' }`, /redirect\.to: a path such as/],
    ['a user hides in a host', `redirect: { to: 'https://a.example@b.example/' }`, /redirect\.to: a path/],
    ['a script is no place', `redirect: { to: 'javascript:alert(1)' }`, /redirect\.to: a path such as/],
    [
      'it names what the path does not',
      `redirect: { to: '/new/{name}' }`,
      /\{name\} is no parameter of .*: \{id\}, \{\*\}/,
    ],
    [
      'it tells others whose the token is',
      `redirect: { to: '/x?u={token.user}' }`,
      /\{token\.user\} is no param/,
    ],
    ['an answer ends its header', `respond: { headers: { X-A: "b\\r\\nX-C: d" } }`, /X-A: visible ASCII/],
    ['an answer frames itself', `respond: { headers: { Content-Length: '5' } }`, /the gateway alone says/],
    [
      'a 204 has a body',
      `respond: { status: 204, body: x }`,
      /status: an answer with this status has no body/,
    ],
    ['there are two bodies', `respond: { body: x, json: {} }`, /respond\.json: give one of body and json/],
    [
      'nobody’s answers are looked at',
      `respond: {}, waf: { mode: block, answers: { mode: block } }`,
      /waf\.answers: takes an upstream/,
    ],
    ['a WebSocket goes nowhere', `respond: {}, webSocket: {}`, /webSocket: takes an upstream/],
  ])('is refused when %s', (_, fields, message) => {
    expect(() => route(fields)).toThrow(message);
  });
});
