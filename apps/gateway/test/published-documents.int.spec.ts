import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { events } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { documentHash } from '@gatehouse/openapi';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { type Stage, setStage } from './stage.js';

const ROUTES = `
publishing:
  - { tenant: default, prefixes: [/shop], upstreamNetworks: [127.0.0.0/8], maxDocuments: 3 }
routes:
  - { id: demo, path: /demo/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [demo:read] } }
`;

/** Of an API with one path, which takes a number of pages. */
const documentAsking = (most: number) => `
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders:
    get:
      parameters: [{ name: pages, in: query, schema: { type: integer, maximum: ${most} } }]
      responses: { '200': { description: ok, content: { application/json: { example: { most: ${most} } } } } }
`;

const openapi = (document: string) => ({
  document,
  mode: 'refuse',
  undocumented: 'refuse',
  maxBodyBytes: 1_000,
});

describe('OpenAPI documents of published APIs', () => {
  let stage: Stage;
  let token: string;
  const api = newId('api');
  const ask = (path: string, by = token) => call(`${stage.gateway.url}${path}`, by);
  const publish = (more: object) =>
    stage.issuer.publishApi(api, events.ApiChanged.type, {
      apiId: api,
      name: 'Shop',
      description: '',
      upstream: stage.upstream.url,
      stripPrefix: '/shop',
      routes: [{ path: '/shop/*', scopes: { '*': ['demo:read'] } }],
      ...more,
    });
  const upload = (most: number): string => {
    const text = documentAsking(most);
    stage.issuer.documents.set(documentHash(text), text);
    return documentHash(text);
  };
  const takes = (pages: number) =>
    eventually(async () => {
      expect((await ask(`/shop/orders?pages=${pages}`)).status).toBe(200);
      expect((await ask(`/shop/orders?pages=${pages + 1}`)).code).toBe('request-invalid');
    });
  const state = async () => {
    const { unserved, outdated } = await stage.gateway.activeRoutes();
    return { unserved, outdated };
  };
  const waiting = [expect.objectContaining({ api, reason: expect.stringContaining('not here yet') })];
  const folder = () => join(stage.gateway.spoolDir, 'documents');

  beforeAll(async () => {
    stage = await setStage({ routes: ROUTES });
    ({ token } = stage.issuer.issue());
  });
  afterAll(() => stage.stop());

  it('are fetched when they are first named; requests are held against them, and mocks answer with their examples', async () => {
    const document = upload(5);
    publish({
      openapi: openapi(document),
      routes: [
        { path: '/shop/*', scopes: { '*': ['demo:read'] } },
        { path: '/shop/orders', methods: ['GET'], scopes: { GET: ['demo:read'] }, mock: { document } },
      ],
    });
    await takes(5);
    expect(JSON.parse((await ask('/shop/orders')).body)).toEqual({ most: 5 });
    expect((await ask('/shop/elsewhere')).code).toBe('operation-unknown');
    expect(await state()).toEqual({ unserved: [], outdated: [] });
  });

  it('leave the version before in force until they are here, also over a restart', async () => {
    publish({ openapi: openapi(upload(6)) });
    await takes(6);
    const late = documentHash(documentAsking(7));
    publish({ openapi: openapi(late) });
    await eventually(async () => expect(await state()).toEqual({ unserved: [], outdated: waiting }));
    await takes(6);
    const metrics = await (await fetch(`${stage.gateway.adminUrl}/metrics`)).text();
    expect(metrics).toContain('gatehouse_gateway_published_apis{state="outdated"} 1');
    await eventually(() => expect(stage.gateway.logs()).toContain('published API served as it was before'));
    await stage.gateway.kill('SIGTERM');
    await stage.gateway.restart();
    await takes(6);
    expect(await state()).toEqual({ unserved: [], outdated: waiting });
    upload(7);
    await takes(7);
    expect(await state()).toEqual({ unserved: [], outdated: [] });
    await eventually(async () => expect(await readdir(folder())).toEqual([late.replace(':', '-')]));
  });

  it('are there after a restart with everything else away; one that is damaged closes its API until it is fetched', async () => {
    publish({ openapi: openapi(upload(8)) });
    await takes(8);
    await stage.gateway.kill('SIGTERM');
    stage.issuer.down = true;
    await stage.gateway.restart();
    expect((await ask('/shop/orders', '')).code).toBe('token-missing'); // there is a route, and it asks for one
    await stage.gateway.kill('SIGTERM');
    const [name = ''] = await readdir(folder());
    await writeFile(join(folder(), name), documentAsking(1_000));
    await stage.gateway.restart();
    expect((await ask('/shop/orders', '')).code).toBe('route-not-found');
    stage.issuer.down = false;
    await takes(8);
  });

  it('that this gateway cannot use close their API, and say why', async () => {
    const text = documentAsking(9).replace('type: integer', "pattern: '('");
    stage.issuer.documents.set(documentHash(text), text);
    publish({ openapi: openapi(documentHash(text)) });
    const closed = [expect.objectContaining({ reason: expect.stringContaining('its document:7:') })];
    await eventually(async () => expect(await state()).toEqual({ unserved: closed, outdated: [] }));
    expect((await ask('/shop/orders')).code).toBe('route-not-found');
    stage.issuer.documents.set(documentHash(documentAsking(10)), text);
    publish({ openapi: openapi(documentHash(documentAsking(10))) });
    const other = [expect.objectContaining({ reason: expect.stringContaining('another hash') })];
    await eventually(async () => expect(await state()).toEqual({ unserved: other, outdated: [] }));
  });
});
