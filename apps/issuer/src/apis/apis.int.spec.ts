import { randomUUID } from 'node:crypto';
import { ApiView, ChangedApi, events, subjectOf } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { connectNats } from '@gatehouse/messaging';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, startIssuer } from '../../test/start-issuer.js';
import { MOST_APIS } from './api-changes.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const terms = {
  name: 'Orders',
  upstream: 'https://orders.example',
  routes: [{ path: '/orders/*', scopes: { GET: ['orders:read'], '*': ['orders:write'] } }],
};
const publish = (more: object = {}, headers = {}) =>
  issuer.call('POST', '/v1/apis', { ...terms, name: `api-${randomUUID()}`, ...more }, headers);
const published = async (more: object = {}) => ChangedApi.parse((await publish(more)).body);
const change = (api: { id: string }, more: object) =>
  issuer.call('PUT', `/v1/apis/${api.id}`, { ...terms, ...more });
const retire = (api: { id: string }, more: object = {}) =>
  issuer.call('POST', `/v1/apis/${api.id}/retire`, { reason: 'over', ...more });
const get = (api: { id: string }) => issuer.call('GET', `/v1/apis/${api.id}`);
const short = ({ status, body }: Answer) => `${status} ${body?.code ?? ''}`.trim();

describe('publishing an API', () => {
  it('makes it readable at once, and tells NATS', async () => {
    const nats = await connectNats({ url: issuer.server.url, name: 'test' });
    const heard: unknown[] = [];
    const subject = subjectOf({ type: events.ApiPublished.type, tenant: 'default' });
    nats.subscribe(subject, { callback: (_, message) => void heard.push(message.json()) });
    await nats.flush();
    const { dryRun, ...api } = await published({
      hosts: ['api.example.com'],
      audience: 'https://orders.example',
      cors: { origins: ['https://app.example'] },
      routes: [{ ...terms.routes[0], roles: { any: ['admin'] }, cache: { shareBy: 'token' } }],
    });
    expect(dryRun).toBe(false);
    expect(api).toMatchObject({ tenant: 'default', version: 1, hosts: ['api.example.com'] });
    expect((await get(api)).body).toEqual(api);
    const { body } = await issuer.call('GET', `/v1/apis?name=${api.name}`);
    expect(body.items).toEqual([api]);
    await eventually(() => expect(heard).toHaveLength(1));
    expect(events.ApiPublished.schema.parse(heard[0]).data).toMatchObject({
      apiId: api.id,
      name: api.name,
      cors: { origins: ['https://app.example'], maxAgeSeconds: 600 },
      routes: [{ roles: { any: ['admin'] }, cache: { shareBy: 'token' } }],
    });
    await nats.close();
  });

  it('says what would come of it, and does nothing of it, in a dry run', async () => {
    const tried = await published({ dryRun: true });
    expect(tried.dryRun).toBe(true);
    expect(short(await get(tried))).toBe('404 not-found');
    expect((await issuer.call('GET', `/v1/apis?name=${tried.name}`)).body.items).toEqual([]);
  });

  it('happens once for a repeated request', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const name = `once-${randomUUID()}`;
    const [one, two] = [await publish({ name }, headers), await publish({ name }, headers)];
    expect([one.status, two.status, two.body.id]).toEqual([201, 201, one.body.id]);
  });

  it('takes a name once, and again when it is free', async () => {
    const { name, ...first } = await published();
    expect(short(await publish({ name }))).toBe('409 conflict');
    const other = await published();
    expect(short(await change(other, { name, version: 1 }))).toBe('409 conflict');
    await retire(first);
    expect(short(await publish({ name }))).toBe('201');
  });

  it.each([
    ['a path that is none', { routes: [{ path: 'orders', scopes: { '*': [] } }] }, 'routes.0.path'],
    ['no route', { routes: [] }, 'routes'],
    ['an upstream with a password', { upstream: 'https://a:b@orders.example' }, 'upstream'],
    [
      'a field that gateways know and nobody may publish',
      { trustedProxies: ['0.0.0.0/0'] },
      'trustedProxies',
    ],
    ['any page there is', { cors: { origins: ['*'] } }, 'cors.origins.0'],
    [
      'how long to keep what may not be shared',
      { routes: [{ ...terms.routes[0], cache: { defaultSeconds: 60 } }] },
      'routes.0.cache.defaultSeconds',
    ],
    ['a prefix to strip that is none', { stripPrefix: '/other' }, 'routes.0.path'],
    [
      'a scope for a part that the path does not have',
      { routes: [{ path: '/a/{id}', scopes: { GET: ['a:{no}'] } }] },
      'routes.0.scopes.GET',
    ],
    ['one place twice', { routes: [terms.routes[0], terms.routes[0]] }, 'routes.1.path'],
  ])('refuses %s, and names it', async (_, more, field) => {
    const { status, body } = await publish(more);
    expect([status, body.code]).toEqual([400, 'body-invalid']);
    expect(JSON.stringify(body.errors)).toContain(field);
  });

  it('is bounded', async () => {
    const { body } = await issuer.call('POST', '/v1/tenants', { id: 'many', name: 'Many' });
    await issuer.dataSource.query(
      `insert into api select 'api_' || n, $1, 'filler ' || n, '{}', 1, now(), 'test', now()
       from generate_series(1, $2) n`,
      [body.id, MOST_APIS],
    );
    const { body: owner } = await issuer.call('POST', '/v1/tenants/many/owner-tokens', { name: 'owner' });
    const answer = await publish({}, { authorization: `Bearer ${owner.token}` });
    expect([short(answer), answer.body.detail]).toEqual([
      '409 conflict',
      expect.stringContaining('Retire some'),
    ]);
  });
});

describe('changing an API', () => {
  it('replaces all of it, for who has seen the latest version', async () => {
    const api = await published({ hosts: ['api.example.com'] });
    const changed = ChangedApi.parse((await change(api, { name: api.name, version: 1 })).body);
    expect(changed).toMatchObject({ version: 2, upstream: terms.upstream });
    expect(changed.hosts).toBeUndefined();
    const late = await change(api, { name: api.name, version: 1, upstream: 'https://late.example' });
    expect([short(late), late.body.detail]).toEqual(['409 conflict', expect.stringContaining('version 2')]);
    expect(ApiView.parse((await get(api)).body).upstream).toBe(terms.upstream);
  });

  it('says what would come of it, and does nothing of it, in a dry run', async () => {
    const api = await published();
    const tried = await change(api, {
      name: api.name,
      version: 1,
      upstream: 'https://b.example',
      dryRun: true,
    });
    expect(tried.body).toMatchObject({ dryRun: true, version: 2, upstream: 'https://b.example' });
    expect((await get(api)).body).toMatchObject({ version: 1, upstream: terms.upstream });
  });
});

describe('retiring an API', () => {
  it('is for good, keeps its history, and can be repeated', async () => {
    const api = await published();
    expect((await retire(api, { dryRun: true })).body).toEqual({ id: api.id, dryRun: true });
    expect(short(await get(api))).toBe('200');
    expect([short(await retire(api)), short(await retire(api))]).toEqual(['200', '200']);
    expect(short(await get(api))).toBe('404 not-found');
    expect(short(await change(api, { version: 1 }))).toBe('404 not-found');
    const { body } = await issuer.call('GET', `/v1/apis/${api.id}/events`);
    expect(body.items.map(({ type }: { type: string }) => type)).toEqual([
      'catalog.api-published.v1',
      'catalog.api-retired.v1',
    ]);
    const nobodys = { id: newId('api') };
    expect(short(await retire(nobodys))).toBe('404 not-found');
    expect(short(await issuer.call('GET', `/v1/apis/${nobodys.id}/events`))).toBe('404 not-found');
  });
});

describe('who may', () => {
  it.each([
    ['admin', '201', '200'],
    ['developer', '403 scope-insufficient', '200'],
    ['analyst', '403 scope-insufficient', '200'],
    ['auditor', '403 scope-insufficient', '200'],
  ])('is said by the role: %s', async (role, writes, reads) => {
    const { body: owner } = await issuer.call('POST', '/v1/tenants/default/owner-tokens', { name: 'owner' });
    const { body } = await issuer.call(
      'POST',
      '/v1/tokens',
      { name: role, scopes: [`role:${role}`] },
      { authorization: `Bearer ${owner.token}` },
    );
    const headers = { authorization: `Bearer ${body.token}` };
    expect(short(await publish({}, headers))).toBe(writes);
    expect(short(await issuer.call('GET', '/v1/apis', undefined, headers))).toBe(reads);
  });
});
