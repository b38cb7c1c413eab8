import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ShopFile } from './shop-api.js';
import { type Stage, setStage } from './stage.js';

const routesFor = (file: string) => `
routes:
  - { id: shop, path: /shop/*, stripPrefix: /shop, mock: { openapi: '${file}' }, scopes: { '*': [demo:read] } }
  - { id: strict, path: /strict/*, mock: { openapi: '${file}', basePath: /strict }, openapi: { file: '${file}', basePath: /strict }, scopes: { '*': [] } }
`;

describe('a route that mocks an API', () => {
  const file = new ShopFile();
  let stage: Stage;
  let token: string;
  const at = (path: string, init: RequestInit = {}) => call(`${stage.gateway.url}${path}`, token, init);
  const preferring = async (prefer: string, method = 'GET') => {
    const { status, headers, body } = await at('/shop/orders', { method, headers: { prefer } });
    return [status, headers.get('preference-applied'), body];
  };

  beforeAll(async () => {
    stage = await setStage({ routes: routesFor(file.path) });
    ({ token } = stage.issuer.issue());
  });
  afterAll(async () => {
    await stage.stop();
    file.remove();
  });

  it('answers with the first example, or with one that the schema makes', async () => {
    const listed = await at('/shop/orders');
    expect([listed.status, listed.headers.get('content-type'), listed.body]).toEqual([
      200,
      'application/json',
      '[]',
    ]);
    const made = await at('/shop/orders', { method: 'POST' });
    expect([made.status, made.headers.get('x-place')]).toEqual([201, '7']);
    expect(JSON.parse(made.body)).toMatchObject({ id: 'o1', sku: 'a-1', amount: 1 });
    const gone = await at('/shop/orders/7', { method: 'DELETE' });
    expect([gone.status, gone.body]).toEqual([204, '']);
  });

  it('answers as the client prefers, where the document has it, and says so', async () => {
    const one = '[{"id":"o1","sku":"a-1","amount":2}]';
    expect(await preferring('example=one')).toEqual([200, 'example=one', one]);
    expect(await preferring('example="one"; foo')).toEqual([200, 'example=one', one]);
    expect(await preferring('example=two')).toEqual([200, null, '[]']);
    const refused = '{"code":"out-of-stock"}';
    expect(await preferring('status=422', 'POST')).toEqual([422, 'status=422', refused]);
    expect(await preferring('code=422', 'POST')).toEqual([422, 'status=422', refused]);
    expect(await preferring('status=503', 'POST')).toEqual([503, 'status=503', '']);
    expect((await preferring('status=404'))[0]).toBe(200);
    expect((await preferring('status=99999'))[0]).toBe(200);
  });

  it('answers in the media type that the client accepts', async () => {
    const csv = await at('/shop/orders', { headers: { accept: 'text/csv, application/json;q=0.5' } });
    expect([csv.headers.get('content-type'), csv.body]).toEqual(['text/csv', 'id,sku']);
    const other = await at('/shop/orders', { headers: { accept: 'image/png' } });
    expect(other.headers.get('content-type')).toBe('application/json');
  });

  it('asks for a token and its scopes, and knows what the document does not have', async () => {
    expect((await call(`${stage.gateway.url}/shop/orders`)).code).toBe('token-missing');
    const { token: other } = stage.issuer.issue({ scopes: ['other'] });
    expect((await call(`${stage.gateway.url}/shop/orders`, other)).code).toBe('scope-insufficient');
    expect((await at('/shop/nowhere')).code).toBe('operation-unknown');
    const put = await at('/shop/orders', { method: 'PUT' });
    expect([put.code, put.headers.get('allow')]).toEqual(['method-not-allowed', 'GET, POST, HEAD']);
    expect(stage.upstream.received).toBe(0);
  });

  it('may check requests against the same document first', async () => {
    expect((await at('/strict/orders')).code).toBe('request-invalid');
    expect((await at('/strict/orders', { headers: { 'x-version': '1' } })).status).toBe(200);
  });
});
