import { DecisionAnswer, Problem } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { SHOP_API, ShopFile } from './shop-api.js';
import { type Stage, setStage } from './stage.js';
import { Target } from './target.js';

const routesFor = (file: string) => `
routes:
  - { id: shop, path: /shop/*, stripPrefix: /shop, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, openapi: { file: '${file}', maxBodyBytes: 2000 } }
  - { id: large, path: /large/*, stripPrefix: /large, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, openapi: { file: '${file}', maxBodyBytes: 4000000 } }
  - { id: lax, path: /lax/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, openapi: { file: '${file}', basePath: /lax, mode: report, undocumented: pass, maxBodyBytes: 2000 } }
`;
const V1 = { 'x-version': '1' };
const GOOD = '{ "sku": "a-1",\n  "amount": 2 }';
const post = (body: NonNullable<RequestInit['body']>, type = 'application/json', more = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type, ...more },
  body,
});
/** Its length is not announced. */
const inPieces = (body: string): RequestInit => ({
  ...post(new Blob([body]).stream()),
  duplex: 'half',
});

describe('a route with the document of its API', () => {
  const file = new ShopFile();
  let stage: Stage;
  let upstream: Target;
  let token: string;
  const at = (path: string, init: RequestInit = {}) => call(`${stage.gateway.url}${path}`, token, init);

  const mistakesIn = async (items: number) => {
    const parts = Array.from({ length: items }, () => 1);
    const { body } = await at('/large/orders', post(JSON.stringify({ sku: 'a-1', amount: 1, parts })));
    return Problem.parse(JSON.parse(body)).errors;
  };
  const findings = async (requestId: string | null) => {
    const { body } = await call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    return DecisionAnswer.parse(JSON.parse(body)).findings;
  };

  beforeAll(async () => {
    upstream = await Target.start('shop');
    stage = await setStage({ routes: routesFor(file.path), env: { UPSTREAM_URL: upstream.url } });
    ({ token } = stage.issuer.issue());
  });
  beforeEach(() => upstream.reset());
  afterAll(async () => {
    await stage.stop();
    await upstream.stop();
    file.remove();
  });

  it.each<[string, string, string, RequestInit]>([
    ['operation-unknown', 'a path that is not there', '/shop/customers', {}],
    ['operation-unknown', 'one that only looks like one', '/shop/orders/', {}],
    ['method-not-allowed', 'a method that is not there', '/shop/orders/7', { method: 'PUT', body: 'x' }],
    ['request-invalid', 'a parameter out of bounds', '/shop/orders?page=0', { headers: V1 }],
    ['request-invalid', 'a header that is missing', '/shop/orders', {}],
    ['request-invalid', 'a body where none is asked for', '/shop/orders/7', { method: 'DELETE', body: '{}' }],
    ['request-invalid', 'no body where one is asked for', '/shop/orders', { method: 'POST' }],
    ['request-invalid', 'a body that breaks its schema', '/shop/orders', post('{"sku":"a-1","amount":0}')],
    ['request-invalid', 'one of unannounced length', '/shop/orders', inPieces('[]')],
    ['media-type-unsupported', 'another media type', '/shop/orders', post('<a/>', 'application/xml')],
    ['media-type-unsupported', 'none at all', '/shop/orders', post(new Blob(['{}']), '')],
    [
      'media-type-unsupported',
      'a compressed body',
      '/shop/orders',
      post('x', 'application/json', { 'content-encoding': 'gzip' }),
    ],
    ['json-invalid', 'what is no JSON', '/shop/orders', post("{'sku':1}")],
    ['json-invalid', 'a member sent twice', '/shop/orders', post('{"sku":"a-1","amount":2,"amount":3}')],
    ['json-invalid', 'JSON that is no UTF-8', '/shop/orders', post(new Uint8Array([34, 255, 34]))],
    ['body-too-large', 'a body that is too large', '/shop/orders', post(`"${'x'.repeat(2_000)}"`)],
    ['body-too-large', 'one of unannounced length', '/shop/orders', inPieces(`"${'x'.repeat(90_000)}"`)],
  ])('answers %s to %s, and the upstream sees nothing of it', async (code, _, path, init) => {
    expect(await at(path, init)).toMatchObject({ code });
    expect(upstream.requests).toEqual([]);
  });

  it('says field by field what is wrong, and what to do', async () => {
    const { body } = await at(
      '/shop/orders',
      post('{"sku":"A1","amount":"2","note":"x","parts":[{"sku":"b-1"}]}'),
    );
    const { errors, detail } = Problem.parse(JSON.parse(body));
    expect(errors).toEqual([
      { field: '/body/note', rule: 'is not taken', fix: 'Leave it out, or look for a mistyped name.' },
      { field: '/body/sku', rule: 'must match pattern "^[a-z]-\\d+$"', fix: 'Write it as the pattern asks.' },
      { field: '/body/amount', rule: 'must be integer', fix: 'Send it as integer.' },
      { field: '/body/parts/0/amount', rule: 'is required', fix: 'Add it.' },
    ]);
    expect(detail).toBe('/body/note is not taken. Leave it out, or look for a mistyped name.');
    const { headers } = await at('/shop/orders', { method: 'PUT', body: 'x' });
    expect(headers.get('allow')).toBe('GET, POST, HEAD');
  });

  it('lists ten mistakes at most, and of a large body the first', async () => {
    expect(await mistakesIn(50)).toHaveLength(10);
    expect(await mistakesIn(10_000)).toHaveLength(1);
  });

  it('does not follow a body deeper than it can', async () => {
    const levels = 50_000;
    const deep = `${'{"sku":"a-1","amount":1,"parts":['.repeat(levels)}${']}'.repeat(levels)}`;
    expect((await at('/large/orders', post(deep))).status).toBe(400);
    expect(upstream.requests).toEqual([]);
    expect((await at('/large/orders', post(GOOD))).status).toBe(200);
  });

  it('hands on what keeps to it, byte for byte', async () => {
    expect((await at('/shop/orders?page=2', { headers: V1 })).status).toBe(200);
    expect((await at('/shop/orders', post(GOOD))).status).toBe(200);
    expect((await at('/shop/orders', post(GOOD, 'application/json; charset=utf-8'))).status).toBe(200);
    expect((await at('/shop/orders', inPieces(GOOD))).status).toBe(200);
    expect((await at('/shop/orders', post('a,b', 'text/csv'))).status).toBe(200);
    expect(upstream.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', '/orders?page=2', ''],
      ['POST', '/orders', GOOD],
      ['POST', '/orders', GOOD],
      ['POST', '/orders', GOOD],
      ['POST', '/orders', 'a,b'],
    ]);
  });

  it('lets everything through while it only reports, and says what it found', async () => {
    const long = `{"sku":"${'x'.repeat(90_000)}"}`;
    const answers = [
      await at('/lax/orders', post('{}')),
      await at('/lax/orders', inPieces(long)),
      await at('/lax/customers'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(upstream.requests.map(({ body }) => body)).toEqual(['{}', long, '']);
    const found = await Promise.all(answers.map(({ headers }) => findings(headers.get('x-request-id'))));
    expect(found).toEqual([['openapi-request-invalid'], ['openapi-body-too-large'], []]);
  });

  it('stays as it is when the new document is broken, and says where', async () => {
    file.write(SHOP_API.replace('type: integer, minimum: 1 }', 'type: int }'));
    process.kill(stage.gateway.pid, 'SIGHUP');
    await eventually(async () =>
      expect((await stage.gateway.activeRoutes()).rejected).toMatch(
        /^route shop, openapi\.file: .*shop\.yaml:7:\d+ \/paths\/~1orders\/get\/parameters\/0\/schema/,
      ),
    );
    expect((await at('/shop/orders?page=0', { headers: V1 })).code).toBe('request-invalid');
    file.write(SHOP_API.replace('minimum: 1 }', 'minimum: 0 }'));
    process.kill(stage.gateway.pid, 'SIGHUP');
    await eventually(async () => expect((await at('/shop/orders?page=0', { headers: V1 })).status).toBe(200));
  });
});
