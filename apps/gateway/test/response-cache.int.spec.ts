import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Cacheable } from './cacheable.js';
import { call, type Called } from './call.js';
import { plainCall } from './plain-call.js';
import { Ingestion } from './ingestion.js';
import { rawRequest } from './raw-request.js';
import { type Stage, setStage } from './stage.js';

const FRESH = { 'cache-control': 'max-age=600', etag: '"v1"' };

const statusOf = ({ headers }: Called) => headers.get('cache-status');

describe('the response cache', () => {
  let stage: Stage;
  let upstream: Cacheable;
  let token: string;
  let other: string;
  let number = 0;
  beforeAll(async () => {
    upstream = await Cacheable.start();
    const route = (id: string, cache: string) =>
      `  - { id: ${id}, path: /${id}/*, upstream: '${upstream.url}', scopes: { '*': [demo:read] }, cache: ${cache} }\n`;
    stage = await setStage({
      routes: `cache: { maxBytes: 200000 }
routes:
${route('tenant', '{ shareBy: tenant, maxEntryBytes: 20000 }')}
${route('token', '{ shareBy: token }')}
${route('scopes', '{ shareBy: scopes }')}
${route('none', '{}')}
${route('timed', '{ shareBy: tenant, defaultSeconds: 600 }')}
  - { id: writes, path: '/tenant/{name}', methods: [POST], upstream: '${upstream.url}', scopes: { POST: [demo:read] } }
  - { id: plain, path: /plain, upstream: '${upstream.url}', scopes: { '*': [demo:read] } }
`,
    });
    token = stage.issuer.issue().token;
    other = stage.issuer.issue({ scopes: ['demo:read', 'demo:more'] }).token;
  });
  afterAll(async () => {
    await stage.stop();
    await upstream.stop();
  });
  beforeEach(() => {
    upstream.said = { headers: FRESH };
  });

  const get = (path: string, headers: Record<string, string> = {}, by = token) =>
    call(`${stage.gateway.url}${path}`, by, { headers });
  /** As a client asks that has something, which fetch() does not do without "no-cache". */
  const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
    plainCall(`${stage.gateway.url}${path}`, token, headers, method);
  /** Nobody has asked for it yet. */
  const fresh = (route: string) => `/${route}/${number++}`;

  /** Whether a second token gets the answer that the first one got. */
  const shared = async (route: string, by: string) => {
    const path = fresh(route);
    const first = await get(path);
    return (await get(path, {}, by)).body === first.body;
  };

  it('answers what is fresh by itself, says how old it is, and asks the upstream once', async () => {
    const path = fresh('tenant');
    const askedAt = performance.now();
    const first = await get(path);
    expect(statusOf(first)).toBe('gatehouse; fwd=uri-miss; stored');
    const second = await get(path, {}, other);
    const oldest = Math.ceil((performance.now() - askedAt) / 1_000);
    expect(second).toMatchObject({ status: 200, body: first.body });
    const age = Number(second.headers.get('age'));
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThanOrEqual(oldest);
    const ttl = Number(/^gatehouse; hit; ttl=(\d+)$/.exec(statusOf(second)!)?.[1]);
    expect(ttl).toBeGreaterThanOrEqual(600 - oldest);
    expect(ttl).toBeLessThanOrEqual(600);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(upstream.times(path)).toBe(1);
  });

  it('asks every policy first: a revoked token, or one without the scope, gets nothing that is kept', async () => {
    const path = fresh('tenant');
    const { token: ended } = stage.issuer.issue();
    await get(path, {}, ended);
    expect(statusOf(await get(path, {}, ended))).toContain('hit');
    stage.issuer.revoke(ended);
    await eventually(async () => expect(await get(path, {}, ended)).toMatchObject({ code: 'token-revoked' }));
    const { token: poor } = stage.issuer.issue({ scopes: ['other'] });
    expect(await get(path, {}, poor)).toMatchObject({ code: 'scope-insufficient' });
    expect(await call(`${stage.gateway.url}${path}`)).toMatchObject({ code: 'token-missing' });
    expect(statusOf(await get(path))).toContain('hit');
  });

  it('shares an answer with whom the route says', async () => {
    const { token: alike } = stage.issuer.issue();
    expect(await shared('tenant', other)).toBe(true);
    expect(await shared('scopes', other)).toBe(false);
    expect(await shared('scopes', alike)).toBe(true);
    expect(await shared('token', alike)).toBe(false);
    expect(await shared('token', token)).toBe(true);
  });

  it.each([
    ['max-age=600', false],
    ['public, max-age=600', true],
    ['S-MaxAge=600', true],
    ['max-age=600, must-revalidate', true],
    ['max-age=600, proxy-revalidate', false],
    ['public, no-store', false],
    ['Public, NO-STORE, max-age=600', false],
    ['private, max-age=600', false],
  ])('without the route’s word shares what RFC 9111 §3.5 allows alone: %s, %s', async (control, isShared) => {
    const path = fresh('none');
    upstream.said = { headers: { 'cache-control': control } };
    await get(path);
    expect(statusOf(await get(path, {}, other))?.includes('hit')).toBe(isShared);
  });

  it('keeps what is private for the one token it is for, and for nobody else', async () => {
    upstream.said = { headers: { 'cache-control': 'private, max-age=600' } };
    for (const [route, isKept] of [
      ['token', true],
      ['scopes', false],
      ['tenant', false],
    ] as const) {
      const path = fresh(route);
      await get(path);
      expect(statusOf(await get(path))?.includes('hit')).toBe(isKept);
    }
  });

  it('never keeps cookies, failures, or what varies by everything', async () => {
    for (const said of [
      { headers: { ...FRESH, 'set-cookie': ['a=1'] } },
      { headers: { ...FRESH, vary: '*' } },
      { headers: FRESH, status: 500 },
      { headers: {} },
    ]) {
      const path = fresh('tenant');
      upstream.said = said;
      await get(path);
      expect(statusOf(await get(path))).toBe('gatehouse; fwd=uri-miss');
    }
  });

  it('reads headers that come in several lines as one', async () => {
    const path = fresh('tenant');
    upstream.said = { headers: { 'cache-control': ['max-age=600', 'no-store'] } };
    await get(path);
    expect(statusOf(await get(path))).toBe('gatehouse; fwd=uri-miss');
    upstream.said = { headers: { 'cache-control': ['public', 'max-age=600'], etag: ['"a"', '"b"'] } };
    await get(path);
    expect(statusOf(await ask(path, { 'if-none-match': '"a"' }))).toContain('hit');
  });

  it('keeps for a while what says nothing, where the route says how long', async () => {
    upstream.said = {};
    const path = fresh('timed');
    await get(path);
    expect(statusOf(await get(path))).toContain('hit');
  });

  it('tells answers apart by what they vary by, the caller among it', async () => {
    const path = fresh('tenant');
    upstream.said = { headers: { ...FRESH, vary: 'Accept-Language' } };
    const german = await get(path, { 'accept-language': 'de' });
    const english = await get(path, { 'accept-language': 'en' });
    expect(statusOf(english)).toBe('gatehouse; fwd=vary-miss; stored');
    expect((await get(path, { 'accept-language': 'de' })).body).toBe(german.body);
    expect((await get(path, { 'accept-language': 'en' })).body).toBe(english.body);
    for (const vary of ['Authorization', 'X-Gatehouse-Token-Id']) {
      const own = fresh('tenant');
      upstream.said = { headers: { ...FRESH, vary } };
      await get(own);
      expect(statusOf(await get(own, {}, other))).toContain('fwd=vary-miss');
      expect(statusOf(await get(own))).toContain('hit');
    }
  });

  it('answers 304 to who has it, and HEAD from a GET', async () => {
    const path = fresh('tenant');
    upstream.said = { headers: { ...FRESH, 'last-modified': new Date(0).toUTCString() }, body: 'hello' };
    await get(path);
    const same = await ask(path, { 'if-none-match': 'W/"v0", W/"v1"' });
    expect(same).toMatchObject({ status: 304, body: '' });
    expect(same.headers.get('etag')).toBe('"v1"');
    const since = { 'if-modified-since': new Date(1_000).toUTCString() };
    expect((await ask(path, since)).status).toBe(304);
    expect((await ask(path, { ...since, 'if-none-match': '"v0"' })).status).toBe(200);
    const head = await call(`${stage.gateway.url}${path}`, token, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers.get('content-length')).toBe('5');
    expect(upstream.times(path)).toBe(1);
  });

  it('asks whether what is stale still holds, and goes on with it or with what is new', async () => {
    const path = fresh('tenant');
    upstream.said = { headers: { 'cache-control': 'max-age=0', etag: '"v1"' }, body: 'old' };
    await get(path);
    upstream.said = { status: 304, headers: { ...FRESH, 'x-new': '1' } };
    const held = await ask(path, { 'if-none-match': '"mine"' });
    expect(held).toMatchObject({ status: 200, body: 'old' });
    expect(statusOf(held)).toBe('gatehouse; fwd=stale; fwd-status=304');
    expect(upstream.asked.at(-1)?.headers['if-none-match']).toBe('"v1"');
    const renewed = await get(path);
    expect(statusOf(renewed)).toContain('hit');
    expect(renewed.headers.get('x-new')).toBe('1');
    const again = await get(path, { 'cache-control': 'no-cache' });
    expect(statusOf(again)).toBe('gatehouse; fwd=request; fwd-status=304');
    upstream.said = { headers: { 'cache-control': 'max-age=600', etag: '"v2"' }, body: 'new' };
    expect(await get(path, { 'cache-control': 'no-cache' })).toMatchObject({ body: 'new' });
    expect(await get(path)).toMatchObject({ body: 'new' });
  });

  it('uses what is stale while it is renewed, and in the place of failures, where the upstream allows it', async () => {
    const path = fresh('tenant');
    upstream.said = {
      headers: { 'cache-control': 'max-age=0, stale-while-revalidate=600' },
      body: 'old',
    };
    await get(path);
    upstream.said = {
      headers: { 'cache-control': 'max-age=0, stale-if-error=600', etag: '"n"' },
      body: 'new',
    };
    expect(statusOf(await get(path))).toMatch(/^gatehouse; hit; ttl=(0|-\d+)$/);
    await eventually(() => expect(upstream.times(path)).toBe(2));
    await eventually(async () => expect(await get(path)).toMatchObject({ body: 'new' }));
    upstream.said = { status: 503, body: 'broken' };
    const instead = await get(path);
    expect(instead).toMatchObject({ status: 200, body: 'new' });
    expect(statusOf(instead)).toBe('gatehouse; fwd=stale; fwd-status=503; detail=stale-if-error');
    expect(await get(path, { 'cache-control': 'no-cache' })).toMatchObject({ status: 503 });
    upstream.said = { breaks: true };
    expect(statusOf(await get(path))).toBe('gatehouse; fwd=stale; detail=stale-if-error');
    expect(await get(fresh('tenant'))).toMatchObject({ status: 502, code: 'upstream-unavailable' });
  });

  it('renews the whole of what is stale, whatever the client that saw it asked for', async () => {
    const path = fresh('tenant');
    upstream.said = { headers: { 'cache-control': 'max-age=0, stale-while-revalidate=600' }, body: 'old' };
    await get(path);
    upstream.said = { headers: { ...FRESH, 'cache-control': 'max-age=600' }, body: 'new' };
    const head = await ask(path, { 'if-none-match': '"other"' }, 'HEAD');
    expect(head.headers.get('content-length')).toBe('3');
    await eventually(() => expect(upstream.times(path)).toBe(2));
    expect(upstream.asked.at(-1)).toMatchObject({ method: 'GET' });
    expect(upstream.asked.at(-1)?.headers['if-none-match']).toBeUndefined();
    await eventually(async () => expect(await get(path)).toMatchObject({ body: 'new' }));
  });

  it('never uses stale what must be revalidated, though it is used while it is fresh', async () => {
    const path = fresh('tenant');
    upstream.said = { headers: { 'cache-control': 'max-age=600, must-revalidate' } };
    await get(path);
    expect(statusOf(await get(path))).toContain('hit');
    const stale = fresh('tenant');
    const control = 'max-age=0, must-revalidate, stale-while-revalidate=600, stale-if-error=600';
    upstream.said = { headers: { 'cache-control': control, etag: '"v1"' } };
    await get(stale);
    upstream.said = { status: 503 };
    expect(await get(stale, { 'cache-control': 'max-stale' })).toMatchObject({ status: 503 });
  });

  it('lets one request for all who want the same go upstream', async () => {
    const path = fresh('tenant');
    upstream.hold();
    const one = get(path);
    await eventually(() => expect(upstream.times(path)).toBe(1));
    // On one connection, so that they have all arrived when the last has.
    const others = [...Array<string>(20).fill(path), fresh('tenant')].map((target, i, { length }) =>
      [
        `GET ${target} HTTP/1.1`,
        `host: 127.0.0.1:${stage.gateway.port}`,
        `authorization: Bearer ${i % 2 ? token : other}`,
        ...(i === length - 1 ? ['connection: close'] : []),
        '\r\n',
      ].join('\r\n'),
    );
    const answers = rawRequest(stage.gateway.port, others.join(''));
    await eventually(() => expect(upstream.asked.at(-1)?.url).not.toBe(path));
    upstream.release();
    const { body } = await one;
    const parts = (await answers).split('HTTP/1.1 200 OK').slice(1, -1);
    expect(parts).toHaveLength(20);
    for (const part of parts) {
      expect(part).toContain('cache-status: gatehouse; fwd=uri-miss; collapsed');
      expect(part.endsWith(body)).toBe(true);
    }
    expect(upstream.times(path)).toBe(1);
  });

  it('lets those who waited go themselves when the one before them leaves', async () => {
    const path = fresh('tenant');
    upstream.hold();
    const leaving = new AbortController();
    const left = call(`${stage.gateway.url}${path}`, token, { signal: leaving.signal }).catch(() => 'left');
    await eventually(() => expect(upstream.times(path)).toBe(1));
    const all = [get(path), get(path, {}, other)];
    leaving.abort();
    expect(await left).toBe('left');
    await eventually(() => expect(upstream.times(path)).toBeGreaterThan(1));
    upstream.release();
    for (const answer of await Promise.all(all)) expect(answer.status).toBe(200);
    expect(statusOf(await get(path))).toContain('hit');
  });

  it('answers who wants nothing but what is kept, and says when there is nothing', async () => {
    const path = fresh('tenant');
    const kept = { 'cache-control': 'only-if-cached' };
    expect(await get(path, kept)).toMatchObject({ status: 504, code: 'not-cached' });
    await get(path);
    expect(statusOf(await get(path, kept))).toContain('hit');
    expect(upstream.times(path)).toBe(1);
  });

  it('forgets what an unsafe request changed, whichever route it came by, and what was read before it', async () => {
    const path = fresh('tenant');
    const write = () => call(`${stage.gateway.url}${path}`, other, { method: 'POST', body: 'x' });
    await get(path);
    upstream.said = { status: 409 };
    await write();
    expect(statusOf(await get(path))).toContain('hit');
    upstream.said = { headers: FRESH };
    await write();
    expect(statusOf(await get(path))).toContain('fwd=uri-miss');
    await write();
    upstream.hold();
    const slow = get(path);
    await eventually(() => expect(upstream.asked.at(-1)?.method).toBe('GET'));
    const writing = write();
    await eventually(() => expect(upstream.asked.at(-1)?.method).toBe('POST'));
    upstream.releaseLast();
    await writing;
    upstream.release();
    await slow;
    expect(statusOf(await get(path))).toContain('fwd=uri-miss');
  });

  it('hands on what is too large, ranges and other methods, and keeps none of it', async () => {
    const path = fresh('tenant');
    upstream.said = { headers: FRESH, body: 'x'.repeat(30_000) };
    await get(path);
    expect(await get(path)).toMatchObject({ body: 'x'.repeat(30_000) });
    upstream.said = { headers: { ...FRESH, 'transfer-encoding': 'chunked' }, body: 'x'.repeat(30_000) };
    await get(path);
    expect(statusOf(await get(path))).toBe('gatehouse; fwd=uri-miss');
    const part = fresh('tenant');
    upstream.said = { headers: FRESH };
    await get(part);
    expect(statusOf(await get(part, { range: 'bytes=0-0' }))).toBe('gatehouse; fwd=bypass');
    expect(statusOf(await get(part, { 'cache-control': 'no-store' }))).toBe('gatehouse; fwd=request');
    expect(upstream.times(part)).toBe(3);
  });

  it('keeps no more than it may: what was not used for longest goes', async () => {
    upstream.said = { headers: FRESH, body: 'x'.repeat(15_000) };
    const used = fresh('tenant');
    const unused = fresh('tenant');
    await get(unused);
    await get(used);
    for (let i = 0; i < 15; i++) {
      await get(fresh('tenant'));
      expect(statusOf(await get(used))).toContain('hit');
    }
    expect(statusOf(await get(unused))).toContain('fwd=uri-miss');
  });

  it('writes into the record what the cache had to do with it', async () => {
    const ingestion = new Ingestion(stage.nats);
    const path = fresh('tenant');
    await get(path);
    await get(path);
    await get('/plain');
    await eventually(() => {
      const outcomes = ingestion.records.filter((one) => one.path === path).map(({ cache }) => cache);
      expect(outcomes).toEqual(['miss', 'hit']);
      expect(ingestion.records.find((one) => one.path === '/plain')).toMatchObject({ status: 200 });
    });
    expect(ingestion.records.find((one) => one.path === '/plain')?.cache).toBeUndefined();
    await ingestion.stop();
  });
});
