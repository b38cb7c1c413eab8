import { Problem, problems } from '@gatehouse/contracts';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

describe('what the gateway refuses', () => {
  let stage: Stage;
  let base: string;
  let good: string;
  const from = (address: string, token = formatOpaqueToken('gh', 'test')) =>
    call(`${base}/demo/x`, token, { headers: { 'x-forwarded-for': address } });

  const deniedTo = (block: string) =>
    stage.issuer.issue({ ipAllow: ['10.0.0.0/8', '2001:db8::/31'], ipDeny: [block] }).token;

  beforeAll(async () => {
    const deadPort = await freePort();
    stage = await setStage({
      routes: `
trustedProxies: [127.0.0.1]
ipAllow: [127.0.0.0/8, 10.0.0.0/8, '2001:db8::/31']
ipDeny: [10.66.0.0/16]
guesses: { requests: 20, windowSeconds: 86400 }
routes:
  - id: demo
    path: /demo/*
    upstream: \${UPSTREAM_URL}
    stripPrefix: /demo
    scopes: { GET: [demo:read], HEAD: [demo:read], POST: [demo:write] }
    maxBodyBytes: 1000
  - { id: impatient, path: /impatient/*, upstream: '\${UPSTREAM_URL}', stripPrefix: /impatient, scopes: { '*': [] }, timeouts: { headersMs: 200 } }
  - { id: inside, path: /inside/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, ipAllow: [10.0.0.0/8], ipDeny: [10.9.0.0/16] }
  - { id: limited, path: /limited, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, limit: { requests: 3, windowSeconds: 60 } }
  - { id: dead, path: /dead, upstream: 'http://127.0.0.1:${deadPort}', scopes: { '*': [] } }
  - { id: acme, path: /acme, upstream: '\${UPSTREAM_URL}', tenant: acme, scopes: { '*': [] } }
`,
    });
    base = stage.gateway.url;
    good = stage.issuer.issue().token;
    await until(async () => (await call(`${base}/demo/x`, good)).status === 200);
  });
  afterAll(() => stage.stop());

  it.each<[string, () => Promise<{ status: number; code: string }>]>([
    ['route-not-found', () => call(`${base}/nowhere`, good)],
    ['method-not-allowed', () => call(`${base}/demo/x`, good, { method: 'DELETE' })],
    ['token-missing', () => call(`${base}/demo/x`)],
    ['token-malformed', () => call(`${base}/demo/x`, `${good.slice(0, -1)}~`)],
    ['token-malformed', () => call(`${base}/demo/x`, 'eyJhbGciOiJub25lIn0.e30.')],
    ['token-unknown', () => call(`${base}/demo/x`, formatOpaqueToken('gh', 'test'))],
    ['token-in-query', () => call(`${base}/demo/x?a=1&access_token=${good}`, good)],
    ['token-in-query', () => call(`${base}/demo/x?access%5Ftoken=${good}`)],
    ['token-in-query', () => call(`${base}/demo/x?a=1&api_key=${good}`)],
    ['token-missing', () => call(`${base}/demo/x?api_key=of-somebody-else`)],
    [
      'token-expired',
      () => call(`${base}/demo/x`, stage.issuer.issue({ expiresAt: '2020-01-01T00:00:00.000Z' }).token),
    ],
    ['token-audience-mismatch', () => call(`${base}/demo/x`, stage.issuer.issue({ tenant: 'acme' }).token)],
    ['token-audience-mismatch', () => call(`${base}/acme`, good)],
    ['scope-insufficient', () => call(`${base}/demo/x`, good, { method: 'POST', body: 'x' })],
    ['ip-not-allowed', () => call(`${base}/demo/x`, stage.issuer.issue({ ipAllow: ['10.0.0.0/8'] }).token)],
    // Denied where it is allowed.
    ['ip-not-allowed', () => from('10.9.1.1', deniedTo('10.9.0.0/16'))],
    ['ip-not-allowed', () => from('::ffff:10.9.1.1', deniedTo('10.9.0.0/16'))],
    ['ip-not-allowed', () => from('10.9.1.1', deniedTo('::ffff:10.9.0.0/112'))],
    ['ip-not-allowed', () => from('[2001:db8::9]:4711', deniedTo('2001:db8::/32'))],
    ['ip-not-allowed', () => call(`${base}/inside/x`, good)],
    ['ip-not-allowed', () => call(`${base}/inside/x`, good, { headers: { 'x-forwarded-for': '10.9.1.1' } })],
    // Whom the gateway takes nothing from learns nothing of routes and tokens.
    ['ip-not-allowed', () => call(`${base}/demo/x`, good, { headers: { 'x-forwarded-for': '192.0.2.7' } })],
    ['ip-not-allowed', () => call(`${base}/nowhere`, '', { headers: { 'x-forwarded-for': '10.66.1.1' } })],
    ['upstream-unavailable', () => call(`${base}/dead`, good)],
    ['upstream-unavailable', () => call(`${base}/demo/reset`, good)],
    ['upstream-timeout', () => call(`${base}/impatient/hang`, good)],
    [
      'body-too-large',
      () =>
        call(`${base}/demo/count`, stage.issuer.issue({ scopes: ['demo:write'] }).token, {
          method: 'POST',
          body: 'x'.repeat(1001),
        }),
    ],
  ])('answers %s', async (code, attempt) => {
    const refused = await attempt();
    expect(refused).toMatchObject({ code, status: problems[code as keyof typeof problems].status });
  });

  it('refuses a body of unannounced length as soon as it is too long', async () => {
    const { token } = stage.issuer.issue({ scopes: ['demo:write'] });
    // Its end never comes; nor does it go on for ever, or the client would have no time to look at an answer.
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 2; i++) controller.enqueue(new Uint8Array(600));
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect(await call(`${base}/demo/count`, token, init)).toMatchObject({
      status: 413,
      code: 'body-too-large',
    });
  });

  it('lets an address through that the route allows', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.1, 10.1.2.3' };
    expect((await call(`${base}/inside/x`, good, { headers })).status).toBe(200);
  });

  it('lets a token through from where it is not denied', async () => {
    expect((await from('::ffff:10.8.1.1', deniedTo('10.9.0.0/16'))).status).toBe(200);
    expect((await from('2001:db9::9', deniedTo('2001:db8::/32'))).status).toBe(200);
  });

  it('limits each token by itself, and says when to come back', async () => {
    const [a, b] = [stage.issuer.issue().token, stage.issuer.issue().token];
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await call(`${base}/limited`, a)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await call(`${base}/limited`, a);
    expect(refused.code).toBe('rate-limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await call(`${base}/limited`, b)).status).toBe(200);
  });

  it('writes a problem document with the request id, and the challenge of RFC 6750', async () => {
    const refused = await call(`${base}/demo/x`, formatOpaqueToken('gh', 'test'), {
      headers: { 'x-request-id': 'my-own-request-id' },
    });
    expect(Problem.parse(JSON.parse(refused.body)).requestId).toBe('my-own-request-id');
    expect(refused.headers.get('x-request-id')).toBe('my-own-request-id');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="gatehouse", error="invalid_token"');
    const scope = await call(`${base}/demo/x`, good, { method: 'POST' });
    expect(scope.headers.get('www-authenticate')).toBe(
      'Bearer realm="gatehouse", error="insufficient_scope", scope="demo:write"',
    );
    expect((await call(`${base}/demo/x`)).headers.get('www-authenticate')).toBe('Bearer realm="gatehouse"');
  });

  it('lets an address try so many unknown tokens, and then none but those it has used', async () => {
    const codes = [];
    for (let i = 0; i < 21; i++) codes.push((await from('10.77.0.1')).code);
    expect(codes).toEqual([...Array.from({ length: 20 }, () => 'token-unknown'), 'rate-limited']);
    const refused = await from('10.77.0.1', stage.issuer.issue().token);
    expect(refused).toMatchObject({ status: 429, code: 'rate-limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await from('10.77.0.1', good)).status).toBe(200);
    expect((await from('10.77.0.2')).code).toBe('token-unknown');
  });

  it('names the methods a route takes', async () => {
    const refused = await call(`${base}/demo/x`, good, { method: 'DELETE' });
    expect(refused.headers.get('allow')).toBe('GET, HEAD, POST');
  });
});
