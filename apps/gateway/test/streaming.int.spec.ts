import { get, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { memoryOf } from './memory-of.js';
import { type Stage, setStage } from './stage.js';

const MIB = 1024 * 1024;
const SIZE = 100 * MIB;
const LARGE = 1024 * MIB;
/** Less than any of these bodies. */
const HEAP_MB = 64;

describe('streaming through the gateway', () => {
  let stage: Stage;
  let authorization: string;
  beforeAll(async () => {
    stage = await setStage({ env: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` } });
    authorization = `Bearer ${stage.issuer.issue({ scopes: ['demo:read', 'demo:write'] }).token}`;
    await drained(`${stage.gateway.url}/demo/bytes?size=${MIB}`);
  });
  afterAll(() => stage.stop());

  it.each([
    { size: LARGE, kind: 'bytes' },
    { size: SIZE, kind: 'chunks' },
  ])('passes $size bytes down with flat memory, sent as $kind', async ({ size, kind }) => {
    const before = memoryOf(stage.gateway.pid);
    let peak = 0;
    const sampling = setInterval(() => (peak = Math.max(peak, memoryOf(stage.gateway.pid))), 20);
    expect(await drained(`${stage.gateway.url}/demo/${kind}?size=${size}`)).toBe(size);
    clearInterval(sampling);
    expect(peak - before).toBeLessThan(80 * MIB);
  });

  it.each([
    { size: LARGE, announced: true },
    { size: SIZE, announced: false },
  ])('passes $size bytes up with flat memory (length announced: $announced)', async ({ size, announced }) => {
    const before = memoryOf(stage.gateway.pid);
    let peak = 0;
    const sampling = setInterval(() => (peak = Math.max(peak, memoryOf(stage.gateway.pid))), 20);
    expect(await uploaded(size, announced)).toBe(String(size));
    clearInterval(sampling);
    expect(peak - before).toBeLessThan(80 * MIB);
  });

  it('passes 100 MB both ways at once, at the pace of a client that reads slowly', async () => {
    const before = memoryOf(stage.gateway.pid);
    const pace = { received: 0, peak: 0 };
    await new Promise<void>((resolve, reject) => {
      const headers = { authorization, 'content-length': SIZE };
      const echoed = request(`${stage.gateway.url}/demo/echo`, { method: 'POST', headers }, (response) => {
        response.on('data', (chunk: Buffer) => {
          pace.received += chunk.length;
          pace.peak = Math.max(pace.peak, memoryOf(stage.gateway.pid) - before);
          response.pause();
          setImmediate(() => response.resume());
        });
        response.on('end', resolve);
      });
      echoed.on('error', reject);
      pipeline(Readable.from(pieces(SIZE)), echoed).catch(reject);
    });
    expect(pace.received).toBe(SIZE);
    expect(pace.peak).toBeLessThan(80 * MIB);
  });

  it('does not read ahead of a client that does not read', async () => {
    const before = memoryOf(stage.gateway.pid);
    const paused = get(`${stage.gateway.url}/demo/bytes?size=${SIZE}`, { headers: { authorization } });
    const [response] = await new Promise<[NodeJS.ReadableStream & { destroy(): void }]>((resolve) =>
      paused.once('response', (answer) => resolve([answer])),
    );
    response.pause();
    // The upstream is held up as well: memory stays where it is however long one looks.
    for (let i = 0; i < 20; i++) {
      expect(memoryOf(stage.gateway.pid) - before).toBeLessThan(40 * MIB);
      await delay(25);
    }
    response.destroy();
  });

  it('breaks off the call to the upstream when the client leaves', async () => {
    const { aborted: before, received } = stage.upstream;
    const left = get(`${stage.gateway.url}/demo/hang`, { headers: { authorization } });
    left.on('error', () => {});
    await eventually(() => expect(stage.upstream.received).toBe(received + 1));
    left.destroy();
    await eventually(() => expect(stage.upstream.aborted).toBe(before + 1));
  });

  it('hands a slow stream on piece by piece', async () => {
    const response = await fetch(`${stage.gateway.url}/demo/half`, { headers: { authorization } }).catch(
      (error: unknown) => error,
    );
    expect(response).toBeInstanceOf(Response); // the head came before the rest failed
    await expect((response as Response).text()).rejects.toThrow();
  });

  it('tries a safe request again when the connection to the upstream was dead, and no other', async () => {
    const token = authorization.slice('Bearer '.length);
    const again = await call(`${stage.gateway.url}/demo/reset-once?get`, token);
    expect(again).toMatchObject({ status: 200, body: 'second time' });
    const post = await call(`${stage.gateway.url}/demo/reset-once?post`, token, {
      method: 'POST',
      body: 'x',
    });
    expect(post).toMatchObject({ status: 502, code: 'upstream-unavailable' });
  });

  it('asks a client that waits for it to go on only when the request is let through', async () => {
    expect(await withBody(authorization)).toEqual({ continued: true, status: 200 });
    expect(await withBody('Bearer nonsense')).toEqual({ continued: false, status: 401 });
  });

  it('serves HEAD and empty answers without a body', async () => {
    const { token } = stage.issuer.issue();
    const head = await call(`${stage.gateway.url}/demo/bytes?size=1000`, token, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('1000');
    expect(head.body).toBe('');
    expect((await call(`${stage.gateway.url}/demo/bytes?size=0`, token)).body).toBe('');
  });

  function withBody(token: string): Promise<{ continued: boolean; status: number }> {
    return new Promise((resolve, reject) => {
      let continued = false;
      const upload = request(`${stage.gateway.url}/demo/count`, {
        method: 'POST',
        headers: { authorization: token, expect: '100-continue', 'content-length': 5 },
      });
      upload.on('continue', () => {
        continued = true;
        upload.end('hello');
      });
      upload.on('response', (response) => {
        response.resume();
        resolve({ continued, status: response.statusCode! });
        upload.destroy();
      });
      upload.on('error', reject);
      upload.flushHeaders();
    });
  }

  function drained(url: string): Promise<number> {
    return new Promise((resolve, reject) => {
      get(url, { headers: { authorization } }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () => resolve(bytes));
        response.on('error', reject);
      }).on('error', reject);
    });
  }

  function uploaded(size: number, announced: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = { authorization, ...(announced ? { 'content-length': size } : {}) };
      const upload = request(`${stage.gateway.url}/demo/count`, { method: 'POST', headers }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () => resolve(body));
      });
      upload.on('error', reject);
      pipeline(Readable.from(pieces(size)), upload).catch(reject);
    });
  }
});

function* pieces(size: number): Generator<Buffer> {
  const piece = Buffer.alloc(MIB, 'x');
  for (let left = size; left > 0; left -= MIB) yield piece;
}
