import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RequestRecord } from '@gatehouse/contracts';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { applyStreams } from '@gatehouse/nats';
import { eventually } from '@gatehouse/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { Ingestion } from './ingestion.js';
import { rawRequest } from './raw-request.js';
import { type Stage, setStage } from './stage.js';

const ROUTES = `
trustedProxies: [127.0.0.1]
routes:
  - { id: demo, path: /demo/*, stripPrefix: /demo, upstream: '\${UPSTREAM_URL}', scopes: { GET: [demo:read], HEAD: [], POST: [demo:write] } }
  - { id: impatient, path: /impatient/*, stripPrefix: /impatient, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, timeouts: { bodyMs: 300 } }
  - { id: acme, path: /acme/*, stripPrefix: /acme, tenant: acme, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] } }
  - id: slow
    path: /slow/*
    stripPrefix: /slow
    upstream: '\${UPSTREAM_URL}'
    scopes: { '*': [] }
    limits: [{ per: token, requests: 2, windowSeconds: 6, burst: 1 }, { per: token, requests: 2, every: day }]
    throttle: { maxWaitMs: 5000 }
`;

/** The least a gateway takes: its segments are a sixteenth. */
const SPOOL_BYTES = 16 * 1024 * 1024;

describe('request records', () => {
  let stage: Stage;
  let ingestion: Ingestion;
  let token: string;
  let tokenId: string;
  let acme: string;

  beforeEach(async () => {
    stage = await setStage({
      routes: ROUTES,
      gatewayId: 'edge-1',
      env: { SPOOL_MAX_BYTES: `${SPOOL_BYTES}` },
    });
    ingestion = new Ingestion(stage.nats);
    ({ token, id: tokenId } = stage.issuer.issue({ applicationId: 'app_1', userId: 'usr_1' }));
    acme = stage.issuer.issue({ tenant: 'acme' }).token;
  });
  afterEach(async () => {
    await ingestion.stop();
    await stage.stop();
  });

  const url = (path: string) => stage.gateway.url + path;
  const recorded = (count: number) => eventually(() => expect(ingestion.records).toHaveLength(count));
  /** Hangs up once the upstream has the request. */
  const leave = async (path: string) => {
    const gone = new AbortController();
    const before = stage.upstream.received;
    const hanging = call(url(path), token, { signal: gone.signal }).catch(() => {});
    await eventually(() => expect(stage.upstream.received).toBe(before + 1));
    gone.abort();
    await hanging;
  };

  it('says of a request who, what, from where and how long, and what limits made of it', async () => {
    const headers = {
      'x-forwarded-for': '83.149.9.216',
      'user-agent': 'spec "1" é',
      referer: 'http://x.example/page?secret=1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-request-id': 'request-0001',
    };
    const served = await call(url('/demo/a%20b?q=secret&page=2'), token, { headers });
    await recorded(1);
    expect(ingestion.records[0]).toEqual({
      seq: 1,
      at: expect.any(String),
      requestId: 'request-0001',
      tenant: 'default',
      route: 'demo',
      tokenId,
      secretId: 'sec_1',
      applicationId: 'app_1',
      userId: 'usr_1',
      scopes: ['demo:read'],
      method: 'GET',
      path: '/demo/a%20b?q=&page=',
      status: 200,
      outcome: 'served',
      code: '',
      clientAddress: '83.149.9.216',
      country: 'RU',
      asn: 31133,
      userAgent: 'spec "1" é',
      referrer: 'http://x.example/page?secret=',
      requestBytes: 0,
      responseBytes: Buffer.byteLength(served.body),
      latencyMs: expect.any(Number),
      upstreamMs: expect.any(Number),
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
    expect(RequestRecord.parse(ingestion.records[0]).upstreamMs).toBeGreaterThan(0);
    await Promise.all([call(url('/slow/x'), token), call(url('/slow/x'), token)]);
    await call(url('/slow/x'), token);
    await recorded(4);
    const [, first, second, third] = ingestion.records;
    expect([first, second].map((record) => record?.status)).toEqual([200, 200]);
    expect(first).not.toHaveProperty('waitedMs');
    expect(second).toMatchObject({ waitedMs: expect.any(Number) });
    expect(third).toMatchObject({ status: 429, code: 'quota-exhausted', limit: 'token-day' });
  });

  it('counts refusals, failures, aborts and what is not even HTTP', async () => {
    await call(url('/demo/x'));
    await call(url('/demo/x'), token, { method: 'POST', body: 'hello' });
    await call(url('/nowhere'), token);
    await call(url('/demo/reset'), token);
    await call(url('/demo/half'), token).catch(() => {});
    await leave('/demo/hang');
    await call(url('/impatient/stall'), token).catch(() => {});
    await rawRequest(stage.gateway.port, 'GARBAGE\r\n\r\n');
    await recorded(8);
    const summary = ingestion.records.map(({ status, outcome, code, route }) => ({
      status,
      outcome,
      code,
      route,
    }));
    expect(summary).toEqual([
      { status: 401, outcome: 'refused', code: 'token-missing', route: 'demo' },
      { status: 403, outcome: 'refused', code: 'scope-insufficient', route: 'demo' },
      { status: 404, outcome: 'refused', code: 'route-not-found', route: '' },
      { status: 502, outcome: 'failed', code: 'upstream-unavailable', route: 'demo' },
      { status: 200, outcome: 'failed', code: 'upstream-unavailable', route: 'demo' },
      { status: 0, outcome: 'aborted', code: '', route: 'demo' },
      { status: 200, outcome: 'failed', code: 'upstream-timeout', route: 'impatient' },
      { status: 400, outcome: 'refused', code: 'request-malformed', route: '' },
    ]);
    expect(ingestion.records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('counts bytes both ways', async () => {
    const writer = stage.issuer.issue({ scopes: ['demo:write', 'demo:read'] }).token;
    await call(url('/demo/count'), writer, { method: 'POST', body: 'x'.repeat(5_000) });
    await call(url('/demo/bytes?size=70000'), writer);
    await call(url('/demo/chunks?size=70000'), writer);
    await recorded(3);
    expect(ingestion.records.map(({ requestBytes, responseBytes }) => [requestBytes, responseBytes])).toEqual(
      [
        [5_000, 4],
        [0, 70_000],
        [0, 70_000],
      ],
    );
  });

  it('sends each tenant only its own records, as parts of one batch', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => call(url(i % 2 ? '/demo/x' : '/acme/x'), i % 2 ? token : acme)),
    );
    await recorded(20);
    for (const { tenant, data } of ingestion.received)
      expect(new Set(data.records.map((record) => record.tenant))).toEqual(new Set([tenant]));
    expect(ingestion.received.some(({ data }) => data.parts === 2)).toBe(true);
    expect(ingestion.records.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
  });

  it('never holds a token', async () => {
    await call(url(`/demo/x?access_token=${token}`), token);
    await call(url('/demo/x'), formatOpaqueToken('gh', 'test'));
    await call(url(`/demo/${token}`), token);
    await recorded(3);
    expect(JSON.stringify(ingestion.received)).not.toMatch(/gh_test_/);
    expect(stage.gateway.logs()).not.toMatch(/gh_test_/);
  });

  it('keeps records while NATS is away and brings each once when it is back', async () => {
    await call(url('/demo/x'), token);
    await recorded(1);
    await stage.server.kill();
    for (let i = 0; i < 30; i++) await call(url('/demo/x'), token);
    await stage.server.restart();
    await recorded(31);
    expect(ingestion.records.map(({ seq }) => seq)).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
  });

  it('sends again what JetStream took and lost, with the same ids and bytes', async () => {
    ingestion.announcing = false;
    await call(url('/demo/x'), token);
    await recorded(1);
    const manager = await jetstreamManager(stage.nats);
    await manager.streams.delete('REQUESTS');
    await applyStreams(stage.nats);
    await eventually(() => expect(ingestion.received.length).toBeGreaterThan(1));
    const [first, again] = ingestion.received;
    expect(again).toEqual(first);
    expect(ingestion.records).toHaveLength(1);
  });

  it('trims the spool behind analytics, and keeps what it has not announced', async () => {
    ingestion.announcing = false;
    const segments = async () =>
      (await readdir(stage.gateway.spoolDir)).filter((name) => name.endsWith('.ndjson'));
    const long = 'u'.repeat(250);
    const burst = () =>
      Promise.all(
        Array.from({ length: 200 }, () =>
          call(url(`/nowhere/${long.repeat(4)}`), undefined, { headers: { 'user-agent': long } }),
        ),
      );
    while ((await segments()).length < 3) await burst();
    expect((await stat(join(stage.gateway.spoolDir, (await segments())[0]))).size).toBeGreaterThan(
      0.9 * (SPOOL_BYTES / 16),
    );
    ingestion.announcing = true;
    await eventually(async () => expect(await segments()).toHaveLength(1));
  });
});
