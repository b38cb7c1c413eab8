import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { get as open } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { CachePurgeAnswer } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cacheable } from './cacheable.js';
import { call } from './call.js';
import { type Stage, setStage } from './stage.js';

const MIB = 1024 * 1024;

describe('operating the response cache', () => {
  let stage: Stage;
  let upstream: Cacheable;
  let token: string;
  beforeAll(async () => {
    upstream = await Cacheable.start();
    upstream.said = { headers: { 'cache-control': 'max-age=600' } };
    const cached = (id: string, tenant: string) =>
      `  - { id: ${id}, path: /${id}/*, tenant: ${tenant}, upstream: '${upstream.url}', scopes: { '*': [demo:read] }, cache: { shareBy: tenant } }\n`;
    stage = await setStage({
      routes: `routes:
${cached('one', 'default')}
${cached('two', 'default')}
${cached('theirs', 'acme')}
  - { id: streams, path: /streams/*, stripPrefix: /streams, upstream: '\${UPSTREAM_URL}', scopes: { '*': [demo:read] }, cache: { shareBy: tenant, defaultSeconds: 600 } }
`,
    });
    token = stage.issuer.issue().token;
  });
  afterAll(async () => {
    await stage.stop();
    await upstream.stop();
  });

  const get = (path: string, by = token) => call(`${stage.gateway.url}${path}`, by);
  const isKept = async (path: string, by = token) =>
    (await get(path, by)).headers.get('cache-status')?.includes('hit') ?? false;
  const tokenOf = (tenant: string, ...scopes: string[]) => stage.issuer.issue({ tenant, scopes }).token;
  const purge = (query: string, by: string) =>
    call(`${stage.gateway.adminUrl}/v1/cache${query}`, by, { method: 'DELETE' });
  const purged = async (query: string, by: string) =>
    CachePurgeAnswer.parse(JSON.parse((await purge(query, by)).body));

  it('forgets by route and path what an operator names, and says before how much that is', async () => {
    const operator = tokenOf('default', 'cache:purge');
    for (const path of ['/one/a/1', '/one/a/2', '/one/b', '/two/a/1']) await get(path);
    expect(await purged('?route=one&prefix=/one/a/&dryRun=true', operator)).toMatchObject({
      dryRun: true,
      answers: 2,
    });
    expect(await isKept('/one/a/1')).toBe(true);
    const { answers, bytes } = await purged('?route=one&prefix=/one/a/', operator);
    expect(answers).toBe(2);
    expect(bytes).toBeGreaterThan(2_000);
    expect(await isKept('/one/a/1')).toBe(false);
    expect(await isKept('/one/b')).toBe(true);
    expect(await isKept('/two/a/1')).toBe(true);
    expect(await purged('', operator)).toMatchObject({ answers: 3 });
    expect(await isKept('/one/b')).toBe(false);
  });

  it('lets a tenant purge its own, those with the permission alone, and names mistakes', async () => {
    const { token: theirs } = stage.issuer.issue({ tenant: 'acme' });
    await get('/theirs/x', theirs);
    await get('/two/x');
    const acme = tokenOf('acme', 'cache:purge');
    expect(await purge('?route=two', acme)).toMatchObject({ status: 404, code: 'not-found' });
    expect(await purge('?route=nowhere', acme)).toMatchObject({ status: 404, code: 'not-found' });
    expect(await purge('', tokenOf('acme', 'gateway:read'))).toMatchObject({ code: 'scope-insufficient' });
    expect(await purge('?prefix=x', acme)).toMatchObject({ status: 400, code: 'query-invalid' });
    expect(await isKept('/theirs/x', theirs)).toBe(true);
    expect(await purged('', acme)).toMatchObject({ answers: 1 });
    expect(await isKept('/theirs/x', theirs)).toBe(false);
    expect(await isKept('/two/x')).toBe(true);
  });

  it('does not keep what was read before a purge and comes after it', async () => {
    const operator = tokenOf('default', 'cache:purge');
    upstream.hold();
    const slow = get('/one/slow');
    await eventually(() => expect(upstream.times('/one/slow')).toBe(1));
    await purge('', operator);
    upstream.release();
    await slow;
    expect(await isKept('/one/slow')).toBe(false);
    expect(await isKept('/one/slow')).toBe(true);
  });

  it('counts by route what the cache did, and how much it holds, never by path or token', async () => {
    await get('/two/metrics');
    await get('/two/metrics');
    const { body } = await call(`${stage.gateway.adminUrl}/metrics`, tokenOf('default', 'gateway:read'));
    expect(body).toMatch(
      /gatehouse_gateway_response_cache_requests_total\{route="two",outcome="hit"\} [1-9]/,
    );
    expect(body).toMatch(
      /gatehouse_gateway_response_cache_requests_total\{route="two",outcome="miss"\} [1-9]/,
    );
    expect(body).toMatch(/gatehouse_gateway_response_cache_bytes\{route="two"\} [1-9]/);
    expect(body).not.toContain('/two/metrics');
  });

  it('forgets what was kept under a route as it was, and nothing of the others', async () => {
    await get('/one/reload');
    await get('/two/reload');
    const { routesFile } = stage.gateway;
    const before = await stage.gateway.activeRoutes();
    const text = await readFile(routesFile, 'utf8');
    await writeFile(routesFile, text.replace('id: one,', 'id: one, staleSeconds: 20,'));
    await eventually(async () =>
      expect((await stage.gateway.activeRoutes()).loadedAt).not.toBe(before.loadedAt),
    );
    expect(await isKept('/one/reload')).toBe(false);
    expect(await isKept('/two/reload')).toBe(true);
  });

  it('holds up an upstream whose client does not read, and nothing of what is too large to keep', async () => {
    await get(`/streams/chunks?size=${MIB}`);
    const before = memoryOf(stage.gateway.pid);
    const headers = { authorization: `Bearer ${token}` };
    const paused = open(`${stage.gateway.url}/streams/chunks?size=${200 * MIB}`, { headers });
    const response = await new Promise<NodeJS.ReadableStream & { destroy(): void }>((resolve) =>
      paused.once('response', resolve),
    );
    response.pause();
    // Memory stays where it is however long one looks.
    for (let i = 0; i < 20; i++) {
      expect(memoryOf(stage.gateway.pid) - before).toBeLessThan(40 * MIB);
      await delay(25);
    }
    response.destroy();
  });
});

const memoryOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
