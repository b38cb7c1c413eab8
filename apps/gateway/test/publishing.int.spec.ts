import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { events } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const ROUTES = `
publishing:
  - { tenant: default, prefixes: [/published], upstreamNetworks: [127.0.0.0/8], maxApis: 2 }
  - { tenant: acme, prefixes: [/acme], upstreamNetworks: [10.0.0.0/8] }
routes:
  - { id: demo, path: /demo/*, upstream: '\${UPSTREAM_URL}', staleSeconds: 3600, scopes: { '*': [demo:read] } }
  - { id: own, path: /published/own, upstream: '\${UPSTREAM_URL}', scopes: { GET: [demo:read] } }
`;
const { ApiPublished, ApiChanged, ApiRetired } = events;

describe('APIs that are published', () => {
  let stage: Stage;
  let token: string;
  const ask = (path: string, by = token, init?: RequestInit) => call(`${stage.gateway.url}${path}`, by, init);
  const told = async () => (await stage.gateway.activeRoutes()).unserved;
  const terms = (apiId: string, path: string, more: object = {}) => ({
    apiId,
    name: path,
    description: '',
    upstream: stage.upstream.url,
    ...(path.startsWith('/published/') && { stripPrefix: '/published' }),
    routes: [{ path, scopes: { GET: ['demo:read'], '*': ['demo:write'] }, ...more }],
  });
  const publish = (path: string, more: object = {}, id = newId('api')) => {
    stage.issuer.publishApi(id, ApiPublished.type, terms(id, path, more));
    return id;
  };
  /** An answer that has not ended. */
  const stream = async (path: string) => {
    const answer = await fetch(`${stage.gateway.url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const reader = answer.body!.getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value);
    return { next, leave: () => reader.cancel() };
  };
  const served = (path: string) => eventually(async () => expect((await ask(path)).status).toBe(200));
  const gone = (path: string) =>
    eventually(async () => expect((await ask(path)).code).toBe('route-not-found'));
  const refusedFor = (apiId: string, reason: string) =>
    eventually(async () =>
      expect(await told()).toContainEqual(
        expect.objectContaining({ api: apiId, reason: expect.stringContaining(reason) }),
      ),
    );

  beforeEach(async () => {
    stage = await setStage({ routes: ROUTES });
    ({ token } = stage.issuer.issue());
    await until(async () => (await ask('/demo/x')).status === 200);
  });
  afterEach(() => stage.stop());

  it('are served with token, scope and limit asked for, changed, and gone when they are retired', async () => {
    const limits = [{ per: 'token', requests: 3, windowSeconds: 3600 }];
    const api = publish('/published/*', { limits });
    await served('/published/x');
    expect((await call(`${stage.gateway.url}/published/x`)).code).toBe('token-missing');
    expect((await ask('/published/x', token, { method: 'POST' })).code).toBe('scope-insufficient');
    const foreign = stage.issuer.issue({ tenant: 'acme' }).token;
    expect((await ask('/published/x', foreign)).code).toBe('token-audience-mismatch');
    await eventually(async () => expect((await ask('/published/x')).code).toBe('rate-limited'));
    const { routes } = await stage.gateway.activeRoutes();
    expect(routes.filter((route) => route.api === api)).toMatchObject([
      { path: '/published/*', tenant: 'default' },
    ]);
    expect(routes.find(({ id }) => id === 'demo')?.api).toBeUndefined();
    stage.issuer.publishApi(api, ApiChanged.type, terms(api, '/published/new'));
    await served('/published/new');
    expect((await ask('/published/x')).code).toBe('route-not-found');
    stage.issuer.publishApi(api, ApiChanged.type, terms(api, '/published/*'));
    await served('/published/x');
    const underWay = await stream('/published/events');
    expect(await underWay.next()).toContain('data: 1');
    stage.issuer.publishApi(api, ApiRetired.type, { apiId: api, reason: 'over' });
    await gone('/published/x');
    await fetch(`${stage.upstream.url}/next-event`);
    expect(await underWay.next()).toContain('data: 2');
    await underWay.leave();
  });

  it('say which pages may call them, in which role, what may be kept, how large it is and until when', async () => {
    const [id, origin, other] = [newId('api'), 'https://app.example', 'https://other.example'];
    const scopes = { '*': ['demo:read'] };
    const cors = { origins: [origin], headers: ['authorization'], exposeHeaders: [], maxAgeSeconds: 60 };
    const cache = { shareBy: 'tenant', maxEntryBytes: 100_000, defaultSeconds: 600 };
    stage.issuer.publishApi(id, ApiPublished.type, {
      ...terms(id, '/published/x'),
      cors,
      deprecation: { since: '2026-01-01T00:00:00Z', sunset: '2027-01-01T00:00:00Z' },
      routes: [
        { path: '/published/kept', scopes, cache },
        { path: '/published/staff', scopes, roles: ['admin'], cors: { ...cors, origins: [other] } },
        { path: '/published/bytes', scopes, maxResponseBytes: 1000 },
      ],
    });
    await served('/published/kept');
    const asked = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } };
    const preflight = await ask('/published/kept', '', asked);
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect((await ask('/published/staff', '', asked)).code).toBe('origin-not-allowed');
    const staff = await ask('/published/staff', token, { headers: { origin: other } });
    expect(staff).toMatchObject({ status: 403, code: 'role-missing' });
    expect(staff.headers.get('access-control-allow-origin')).toBe(other);
    expect(staff.headers.get('sunset')).toBe('Fri, 01 Jan 2027 00:00:00 GMT');
    const admin = stage.issuer.issue({ roles: ['admin'] }).token;
    expect((await ask('/published/staff', admin)).status).toBe(200);
    expect((await ask('/published/bytes?size=1001')).code).toBe('response-too-large');
    expect((await ask('/published/bytes?size=1000')).status).toBe(200);
    const isKept = () =>
      eventually(async () =>
        expect((await ask('/published/kept')).headers.get('cache-status')).toContain('hit'),
      );
    await isKept();
    const purge = (tenant: string) =>
      call(
        `${stage.gateway.adminUrl}/v1/cache?route=${id.replace('_', '-')}-1`,
        stage.issuer.issue({ tenant, scopes: ['cache:purge'] }).token,
        { method: 'DELETE' },
      );
    expect((await purge('acme')).code).toBe('not-found');
    await isKept();
    expect(JSON.parse((await purge('default')).body)).toMatchObject({ answers: 1 });
    expect((await ask('/published/kept')).headers.get('cache-status')).toContain('uri-miss');
  });

  it('never take what gateway.yaml answers itself, and what is not served says why', async () => {
    const shadowing = publish('/published/own');
    const elsewhere = publish('/demo/special');
    const beyond = newId('api');
    stage.issuer.publishApi(beyond, ApiPublished.type, terms(beyond, '/acme/x'), 'acme');
    const [first, same] = [publish('/published/a'), publish('/published/a')];
    await served('/published/a');
    await refusedFor(shadowing, 'a route of its own');
    await refusedFor(elsewhere, 'paths below /published');
    await refusedFor(beyond, 'may not have');
    await refusedFor(same, `${first} claimed it earlier`);
    expect((await ask('/published/own')).status).toBe(200);
    expect((await ask('/published/own', token, { method: 'POST' })).code).toBe('method-not-allowed');
    await eventually(() => expect(stage.gateway.logs()).toContain('published API not served'));
    const metrics = await (await fetch(`${stage.gateway.adminUrl}/metrics`)).text();
    expect(metrics).toContain('gatehouse_gateway_published_apis{state="served"} 1');
    expect(metrics).toContain('gatehouse_gateway_published_apis{state="not-served"} 4');
  });

  it('reach no address that their tenant may not have, whatever the name of their upstream stands for', async () => {
    const id = newId('api');
    const upstream = stage.upstream.url.replace('127.0.0.1', 'localhost');
    const said = { ...terms(id, '/acme/x'), upstream };
    stage.issuer.publishApi(id, ApiPublished.type, said, 'acme');
    const theirs = stage.issuer.issue({ tenant: 'acme' }).token;
    const { received } = stage.upstream;
    await eventually(async () => expect((await ask('/acme/x', theirs)).code).toBe('upstream-unavailable'));
    expect(stage.upstream.received).toBe(received);
    expect((await ask('/demo/x')).status).toBe(200);
  });

  it('are shown to their tenant and to the operator alone', async () => {
    const id = newId('api');
    stage.issuer.publishApi(id, ApiPublished.type, terms(id, '/nowhere'), 'acme');
    await eventually(async () => expect(await told()).toHaveLength(1));
    for (const [tenant, seen] of [
      ['acme', 1],
      ['other', 0],
    ] as const) {
      const reader = stage.issuer.issue({ tenant, scopes: ['gateway:read'] }).token;
      const { body } = await call(`${stage.gateway.adminUrl}/v1/routes`, reader);
      expect(JSON.parse(body).unserved).toHaveLength(seen);
    }
    expect((await call(`${stage.gateway.adminUrl}/v1/routes`, ADMIN_TOKEN)).status).toBe(200);
  });

  it('that nobody can read stop neither revocations nor other routes', async () => {
    publish('/published/good');
    const api = publish('/published/bad');
    await served('/published/bad');
    const { token: doomed } = stage.issuer.issue();
    expect((await ask('/demo/x', doomed)).status).toBe(200);
    for (const poison of [
      { apiId: api, routes: 'x'.repeat(5000) },
      { apiId: api, name: {} },
    ])
      stage.issuer.publishApi(api, ApiChanged.type, poison);
    stage.issuer.publishApi(api, 'catalog.api-changed.v9', { apiId: api });
    stage.issuer.revoke(doomed);
    await eventually(async () => expect((await ask('/demo/x', doomed)).code).toBe('token-revoked'));
    await gone('/published/bad');
    expect((await ask('/published/good')).status).toBe(200);
    await refusedFor(api, 'cannot be read');
    stage.issuer.publishApi(api, ApiChanged.type, terms(api, '/published/bad'));
    await served('/published/bad');
  });

  it('are served by a gateway that starts with everything else away', async () => {
    const changing = publish('/published/old');
    publish('/published/kept');
    stage.issuer.publishApi(changing, ApiChanged.type, terms(changing, '/published/now'));
    await served('/published/now');
    await stage.gateway.kill('SIGTERM');
    await stage.server.kill();
    stage.issuer.down = true;
    await stage.gateway.restart();
    for (const path of ['/published/now', '/published/kept'])
      expect((await ask(path, '')).code).toBe('token-missing'); // there is a route, and it asks for one
    expect((await ask('/published/old', '')).code).toBe('route-not-found');
    stage.issuer.down = false;
    await served('/published/now');
    await served('/published/kept');
    expect((await ask('/published/old')).code).toBe('route-not-found');
  });

  it('are not missed when the broker comes back without anything it had', async () => {
    const api = publish('/published/before');
    await served('/published/before');
    await stage.server.kill();
    for (const entry of await readdir(stage.server.storeDir, { withFileTypes: true }))
      if (entry.isDirectory()) await rm(join(stage.server.storeDir, entry.name), { recursive: true });
    publish('/published/during');
    stage.issuer.publishApi(api, ApiRetired.type, { apiId: api, reason: 'over' });
    await stage.server.restart();
    await served('/published/during');
    await eventually(async () => expect((await ask('/published/before')).code).toBe('route-not-found'));
  });
});
