import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliDecompressSync, constants, createGunzip, gunzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Cacheable } from './cacheable.js';
import { Ingestion } from './ingestion.js';
import { type Stage, setStage } from './stage.js';

const MIB = 1024 * 1024;
const BODY = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ id: i, name: `name of ${i}` })));
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

const route = (id: string, more: string) =>
  `  - { id: ${id}, path: /${id}/*, stripPrefix: /${id}, scopes: { '*': [demo:read] }, ${more} }\n`;

describe('compressed answers', () => {
  let stage: Stage;
  let upstream: Cacheable;
  let token: string;
  beforeAll(async () => {
    upstream = await Cacheable.start();
    stage = await setStage({
      routes: `routes:
${route('on', `upstream: '${upstream.url}', compression: {}`)}
${route('off', `upstream: '${upstream.url}'`)}
${route('gzip', `upstream: '${upstream.url}', compression: { encodings: [gzip], types: [text/plain], minBytes: 0 }`)}
${route('kept', `upstream: '${upstream.url}', compression: {}, cache: { shareBy: tenant }`)}
`,
    });
    token = stage.issuer.issue().token;
  });
  afterAll(async () => {
    await stage.stop();
    await upstream.stop();
  });
  beforeEach(() => {
    upstream.said = { headers: JSON_TYPE, body: BODY };
  });

  const open = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const sent = { 'accept-encoding': 'gzip, br', ...headers, authorization: `Bearer ${token}` };
      get(`${stage.gateway.url}${path}`, { agent: false, method, headers: sent }, resolve).on(
        'error',
        reject,
      );
    });
  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await open(path, headers, method);
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  };

  it('are smaller and say the same, in the coding that the client likes best', async () => {
    const { headers, body } = await ask('/on/x');
    expect(headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(headers['content-length']).toBeUndefined();
    expect(body.length).toBeLessThan(BODY.length / 4);
    expect(String(brotliDecompressSync(body))).toBe(BODY);
    const gzip = await ask('/on/x', { 'accept-encoding': 'br;q=0.5, gzip' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(String(gunzipSync(gzip.body))).toBe(BODY);
  });

  it('are for who asks for them; others are told that there are', async () => {
    for (const accepted of ['identity', 'deflate', 'gzip;q=0, br;q=0']) {
      const { headers, body } = await ask('/on/x', { 'accept-encoding': accepted });
      expect(headers).toMatchObject({ vary: 'accept-encoding', 'content-length': `${BODY.length}` });
      expect(headers['content-encoding']).toBeUndefined();
      expect(String(body)).toBe(BODY);
    }
    expect((await ask('/off/x')).headers).not.toHaveProperty('vary');
  });

  it.each<[string, object]>([
    ['is encoded already', { headers: { ...JSON_TYPE, 'content-encoding': 'zstd' } }],
    ['must not be transformed', { headers: { ...JSON_TYPE, 'cache-control': 'max-age=1, No-Transform' } }],
    ['is of another type', { headers: { 'content-type': 'image/png' } }],
    ['has no type', { headers: {} }],
    ['is small', { headers: JSON_TYPE, body: '{}' }],
    ['is an event stream', { headers: { 'content-type': 'text/event-stream' } }],
    ['is a part', { headers: { ...JSON_TYPE, 'content-range': 'bytes 0-1/9' }, status: 206 }],
    ['comes with a digest', { headers: { ...JSON_TYPE, 'content-digest': 'sha-256=:AA==:' } }],
  ])('leave alone what %s', async (_, said) => {
    upstream.said = { body: BODY, ...said };
    const { headers, body } = await ask('/on/x');
    expect(headers.vary).toBeUndefined();
    expect(String(body)).toBe(upstream.said.body);
  });

  it('leave alone HEAD, and what the client does not want to be transformed', async () => {
    const head = await ask('/on/x', {}, 'HEAD');
    expect(head.headers['content-length']).toBe(`${BODY.length}`);
    expect(head.headers['content-encoding']).toBeUndefined();
    const asItIs = await ask('/on/x', { 'cache-control': 'no-transform' });
    expect(String(asItIs.body)).toBe(BODY);
  });

  it('are of the types and in the codings that the route lists', async () => {
    upstream.said = { headers: { 'content-type': 'text/plain' }, body: 'tiny' };
    const { headers, body } = await ask('/gzip/x');
    expect(headers['content-encoding']).toBe('gzip');
    expect(String(gunzipSync(body))).toBe('tiny');
    upstream.said = { headers: JSON_TYPE, body: BODY };
    expect((await ask('/gzip/x')).headers['content-encoding']).toBeUndefined();
  });

  it('have a weak tag, which they keep when they still hold, and no ranges', async () => {
    upstream.said = {
      headers: { ...JSON_TYPE, etag: '"v1"', 'accept-ranges': 'bytes', vary: 'Origin' },
      body: BODY,
    };
    const { headers } = await ask('/on/x');
    expect(headers).toMatchObject({ etag: 'W/"v1"', vary: 'Origin, accept-encoding' });
    expect(headers['accept-ranges']).toBeUndefined();
    expect((await ask('/on/x', { 'accept-encoding': 'identity' })).headers.etag).toBe('"v1"');
    upstream.said = { status: 304, headers: { etag: '"v1"' } };
    const held = await ask('/on/x', { 'if-none-match': 'W/"v1"' });
    expect(held).toMatchObject({ status: 304, headers: { etag: 'W/"v1"', vary: 'accept-encoding' } });
    expect((await ask('/on/x', { 'if-none-match': '"v1"' })).headers.etag).toBe('"v1"');
  });

  it('are made of what is kept for each client as it wants it', async () => {
    upstream.said = { headers: { ...JSON_TYPE, 'cache-control': 'max-age=600', etag: '"v1"' }, body: BODY };
    const before = upstream.asked.length;
    for (const [accepted, encoding] of [
      ['br', 'br'],
      ['gzip', 'gzip'],
      ['identity', undefined],
    ] as const) {
      const { headers, body } = await ask('/kept/x', { 'accept-encoding': accepted });
      expect(headers['content-encoding']).toBe(encoding);
      if (encoding === undefined) expect(String(body)).toBe(BODY);
    }
    expect((await ask('/kept/x', { 'if-none-match': 'W/"v1"' })).status).toBe(304);
    expect(upstream.asked.length).toBe(before + 1);
  });

  it('count in the record as many bytes as the client got', async () => {
    const ingestion = new Ingestion(stage.nats);
    const { body } = await ask('/on/counted');
    await eventually(() =>
      expect(ingestion.records.find(({ path }) => path === '/on/counted')).toMatchObject({
        outcome: 'served',
        responseBytes: body.length,
      }),
    );
    await ingestion.stop();
  });

  it('go on piece by piece where the upstream writes piece by piece', async () => {
    upstream.said = { headers: { 'content-type': 'text/plain' }, begin: 'first', body: 'second' };
    const answer = await open('/gzip/slow');
    const pieces = answer.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }));
    expect(String(await new Promise((resolve) => pieces.once('data', resolve)))).toBe('first');
    const rest = buffer(pieces);
    upstream.finish();
    expect(String(await rest)).toBe('second');
  });

  it('are cut off where the upstream breaks off', async () => {
    upstream.said = { headers: JSON_TYPE, begin: '[1' };
    const answer = await open('/on/broken');
    const ended = new Promise((resolve) => {
      answer.once('error', () => resolve('cut off')).once('end', () => resolve('whole'));
    });
    await new Promise((resolve) => answer.once('data', resolve));
    upstream.breakOff();
    expect(await ended).toBe('cut off');
  });

  it('hold up an upstream whose client does not read', async () => {
    upstream.said = { headers: JSON_TYPE, noiseBytes: MIB };
    await ask('/on/noise');
    const before = memoryOf(stage.gateway.pid);
    upstream.said = { headers: JSON_TYPE, noiseBytes: 200 * MIB };
    const answer = await open('/on/noise');
    expect(answer.headers['content-encoding']).toBe('br');
    answer.pause();
    // Memory stays where it is however long one looks.
    for (let i = 0; i < 20; i++) {
      expect(memoryOf(stage.gateway.pid) - before).toBeLessThan(40 * MIB);
      await delay(25);
    }
    answer.destroy();
  });
});

const memoryOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
