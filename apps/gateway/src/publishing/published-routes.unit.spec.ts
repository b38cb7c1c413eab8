import { events } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { Catalogue, FILE, ID, OK } from '../../test/catalogue.js';
import { readRoutes } from '../routes/read-routes.js';
import { type KeptApi, PublishedApis } from './published-apis.js';

const at = (address: string) => ({ upstream: `http://${address}` });
const cors = (origin: string) => ({ cors: { origins: [origin] } });

const changed = events.ApiChanged.type;

describe('a published API', () => {
  it('becomes routes in the words of gateway.yaml', () => {
    const [verdict] = new Catalogue()
      .say(1, '/shop/*', { ...OK, audience: 'https://shop.example' })
      .verdicts();
    expect(verdict).toMatchObject({
      reason: null,
      name: 'API 1',
      routes: [
        {
          id: `api-${'0'.repeat(31)}1-1`,
          tenant: 'acme',
          hosts: ['acme.example'],
          path: '/shop/*',
          audience: 'https://shop.example',
          staleSeconds: 10,
        },
      ],
    });
  });

  it('says for all of its routes what they do not say themselves', () => {
    const scopes = { '*': [] };
    const routes = [
      { path: '/shop/a', scopes, ...cors('https://a.example'), maxResponseBytes: 7 },
      { path: '/shop/b', scopes, roles: [], cache: { shareBy: 'token' } },
    ];
    const ofAll = { ...OK, ...cors('https://all.example'), roles: { any: ['admin', 'owner'] } };
    const [verdict] = new Catalogue().say(1, '/', { ...ofAll, routes }).verdicts();
    expect(verdict?.routes).toMatchObject([
      { roles: { any: ['admin', 'owner'] }, cors: { origins: ['https://a.example'] }, maxResponseBytes: 7 },
      { roles: [], cors: { origins: ['https://all.example'] }, cache: { maxEntryBytes: 1_048_576 } },
    ]);
  });

  it('is not served by a gateway.yaml that says nothing of publishing', () => {
    const silent = FILE.replace(/publishing:[^]*(?=routes:)/, '');
    expect(new Catalogue().say(1, '/shop/*').reasons(silent)).toEqual({
      1: expect.stringContaining('publish nothing'),
    });
  });

  it.each([
    ['another host', '/shop/*', { ...OK, hosts: ['acme.example', 'beta.example'] }, 'claim the hosts'],
    ['every host', '/shop/*', { upstream: OK.upstream }, 'claim the hosts'],
    ['a wider host', '/shop/*', { ...OK, hosts: ['*.example'] }, 'claim the hosts'],
    ['another path', '/other/*', OK, 'paths below /shop, /own'],
    ['every path', '/*', OK, 'paths below'],
    ['a path that only begins alike', '/shopping/*', OK, 'paths below'],
    ['what gateway.yaml answers itself', '/own/{y}/*', OK, 'a route of its own'],
    ['a part of that', '/own/a/b', OK, 'a route of its own'],
    [
      'another name of an upstream',
      '/shop/*',
      { ...OK, upstream: 'http://metadata.google' },
      'not to metadata',
    ],
    ['a plain address', '/shop/*', { ...OK, upstream: 'http://10.1.0.1' }, 'not to 10.1.0.1'],
    [
      'cloud metadata',
      '/shop/*',
      { ...OK, upstream: { targets: [{ url: 'http://169.254.169.254' }] } },
      'not to 169',
    ],
    ['a field that is not for it', '/shop/*', { ...OK, trustedProxies: ['0.0.0.0/0'] }, 'cannot be read'],
    [
      'what this gateway does not know, of one route',
      '/shop/a',
      { ...OK, routes: [{ path: '/shop/a', scopes: { '*': [] }, soon: true }] },
      'cannot be read: routes.0',
    ],
    [
      'what this gateway does not know, of something it knows',
      '/shop/a',
      { ...OK, cors: { origins: ['https://a.example'], soon: true } },
      'cannot be read: cors',
    ],
    ['a firewall that nobody offers', '/shop/a', { ...OK, waf: { mode: 'detect' } }, 'no firewall here'],
    ['a path that is none', '/shop/../admin', OK, 'cannot be read'],
    [
      'a scope that cannot be bound',
      '/shop/{a}',
      { ...OK, routes: [{ path: '/shop/{a}', scopes: { GET: ['x:{b}'] } }] },
      'cannot be read',
    ],
  ])('is not served when it claims %s', (_, path, more, reason) => {
    expect(new Catalogue().say(1, path, more).reasons()).toEqual({ 1: expect.stringContaining(reason) });
  });

  it('has its addresses bound by the file as well', () => {
    const catalogue = new Catalogue()
      .say(1, '/beta/a', at('192.0.2.1'), 'beta')
      .say(2, '/beta/b', at('198.51.100.1'), 'beta');
    expect(catalogue.reasons()).toEqual({ 1: null, 2: expect.stringContaining('may not have') });
  });

  it('leaves the place to the one that claimed it earlier, as a whole', () => {
    const two = { ...OK, routes: ['/shop/b', '/shop/a/{y}'].map((path) => ({ path, scopes: { GET: [] } })) };
    const catalogue = new Catalogue().say(1, '/shop/a/{x}').say(2, '/', two);
    expect(catalogue.reasons()).toEqual({
      1: null,
      2: expect.stringContaining(`${ID(1)} claimed it earlier`),
    });
    expect(catalogue.verdicts()[1]?.routes).toEqual([]);
    catalogue.event(1, events.ApiRetired.type, { apiId: ID(1), reason: 'over' });
    expect(catalogue.reasons()).toEqual({ 2: null });
  });

  it('cannot take a place by being changed, and keeps its own when it is changed otherwise', () => {
    const catalogue = new Catalogue().say(1, '/shop/a').say(2, '/shop/b');
    catalogue.say(1, '/shop/b', OK, 'acme', changed);
    expect(catalogue.reasons()).toEqual({ 2: null, 1: expect.stringContaining('claimed it earlier') });
    catalogue.say(2, '/shop/b', { ...OK, upstream: 'http://new.internal' }, 'acme', changed);
    expect(catalogue.reasons()).toMatchObject({ 2: null });
  });

  it('is one of so many, the earliest', () => {
    const catalogue = new Catalogue();
    for (const n of [1, 2, 3, 4]) catalogue.say(n, `/shop/${n}`);
    expect(catalogue.reasons()).toMatchObject({ 3: null, 4: expect.stringContaining('have 3 APIs') });
  });

  it.each([
    ['no object', changed, 'nonsense'],
    ['nothing', changed, undefined],
    ['something new', changed, { apiId: ID(1), name: 'x', description: '', ipAllow: [] }],
    ['a later version of an event', 'catalog.api-changed.v2', { apiId: ID(1) }],
    ['an event this build has never heard of', 'catalog.api-suspended.v1', { apiId: ID(1) }],
  ])('that is said to be %s is not served any more, and others are', (_, type, data) => {
    const catalogue = new Catalogue().say(1, '/shop/a').say(2, '/shop/b').event(1, type, data);
    expect(catalogue.reasons()).toEqual({ 1: expect.stringContaining('cannot be read'), 2: null });
  });

  it('is the same after a restart', () => {
    const before = new Catalogue().say(1, '/shop/a').say(2, '/shop/b').event(3, changed, 'nonsense');
    before.say(1, '/shop/b', OK, 'acme', changed);
    const after = new Catalogue();
    after.published.restore(JSON.parse(before.published.snapshot()));
    expect(Object.keys(after.reasons())).toEqual(Object.keys(before.reasons()));
    expect(after.reasons()).toMatchObject({ 2: null, 1: expect.any(String), 3: expect.any(String) });
  });
});

describe('what is published', () => {
  it('is kept within bounds, and what there was no room for is counted', () => {
    const published = new PublishedApis(100);
    published.restore([1, 2, 3].map((n): KeptApi => [ID(n), 'acme', `${n}.1`, { apiId: 'x'.repeat(30) }]));
    expect([published.size, published.leftOut]).toEqual([2, 1]);
  });
});

describe('a gateway.yaml', () => {
  it.each([
    ['the same place for two tenants', 'prefixes: [/beta]', 'prefixes: [/shop/x]', 'claim the same place'],
    ['a tenant twice', 'tenant: beta', 'tenant: acme', 'listed twice'],
    ['everything', 'prefixes: [/beta], ', '', 'name hosts or prefixes'],
    ['any address', ', upstreamNetworks: [0.0.0.0/0]', '', 'upstreamNetworks'],
  ])('that lets tenants claim %s is refused', (_, from, to, rule) => {
    expect(() => readRoutes(FILE.replace(from, to), 'gateway.yaml', new Map())).toThrow(rule);
  });
});
