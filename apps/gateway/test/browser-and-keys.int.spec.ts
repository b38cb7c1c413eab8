import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { LenientUpstream } from './lenient-upstream.js';
import { rawRequest } from './raw-request.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const ROUTES = `
routes:
  - id: demo
    path: /demo/*
    upstream: \${UPSTREAM_URL}
    scopes: { GET: [demo:read], POST: [demo:write] }
    credentials: { header: X-API-Key }
    cors: { origins: ['https://app.example'], maxAgeSeconds: 60 }
  - id: old
    path: /old
    upstream: \${UPSTREAM_URL}
    scopes: { '*': [] }
    deprecation: { since: '2026-01-01T00:00:00Z', sunset: '2027-01-01T00:00:00Z', link: 'https://docs.example/v2' }
`;

describe('what a route offers beside Bearer tokens', () => {
  let upstream: LenientUpstream;
  let stage: Stage;
  let token: string;
  const demo = (init: RequestInit = {}, bearer?: string) => call(`${stage.gateway.url}/demo/x`, bearer, init);

  beforeAll(async () => {
    upstream = await LenientUpstream.start();
    stage = await setStage({ routes: ROUTES, env: { UPSTREAM_URL: upstream.url } });
    ({ token } = stage.issuer.issue());
    await until(async () => (await demo({}, token)).status === 200);
    upstream.understood.length = 0;
  });
  afterAll(async () => {
    await stage.stop();
    await upstream.stop();
  });

  describe('an API-key header', () => {
    it('is taken for the token, and never goes upstream', async () => {
      expect((await demo({ headers: { 'X-API-KEY': token } })).status).toBe(200);
      expect(JSON.stringify(upstream.understood)).not.toContain(token);
      expect((await demo({ headers: { 'x-api-key': `${token}x` } })).code).toBe('token-malformed');
      expect((await demo()).body).toContain('X-API-Key: <token>');
    });

    it('does not go upstream in a spelling that servers confuse with it, nor counts as the key', async () => {
      const spelled = `GET /demo/x HTTP/1.1\r\nHost: a\r\nX_API_Key: ${token}\r\nConnection: close\r\n\r\n`;
      expect(await rawRequest(stage.gateway.port, spelled)).toContain('token-missing');
      const beside = spelled.replace('Connection', `X-API-Key: ${token}\r\nConnection`);
      expect(await rawRequest(stage.gateway.port, beside)).toMatch(/^HTTP\/1\.1 200/);
      expect(JSON.stringify(upstream.understood)).not.toContain(token);
    });

    it('is not accepted beside another token', async () => {
      expect((await demo({ headers: { 'x-api-key': token } }, token)).code).toBe('request-malformed');
      const twice = `GET /demo/x HTTP/1.1\r\nHost: a\r\nX-API-Key: ${token}\r\nX-API-Key: ${token}\r\nConnection: close\r\n\r\n`;
      expect(await rawRequest(stage.gateway.port, twice)).toContain('request-malformed');
    });

    it('means nothing on a route that does not name it', async () => {
      const answer = await call(`${stage.gateway.url}/old`, undefined, { headers: { 'x-api-key': token } });
      expect(answer.code).toBe('token-missing');
    });
  });

  describe('CORS', () => {
    it('answers a listed origin’s preflight itself, without a token', async () => {
      const before = upstream.understood.length;
      const { status, headers } = await preflight(stage.gateway.url, 'https://app.example', 'POST');
      expect(status).toBe(204);
      expect(allowed(headers)).toBe('https://app.example');
      expect(headers.get('access-control-allow-methods')).toBe('POST');
      expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type');
      expect(headers.get('access-control-max-age')).toBe('60');
      expect(headers.get('vary')).toBe('origin');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(upstream.understood).toHaveLength(before);
    });

    it.each(['https://evil.example', 'https://app.example.evil.example', 'http://app.example', 'null', '*'])(
      'refuses a preflight of %s',
      async (origin) => {
        const { status, headers, code } = await preflight(stage.gateway.url, origin);
        expect({ status, code, allowed: allowed(headers) }).toEqual({
          status: 403,
          code: 'origin-not-allowed',
          allowed: null,
        });
      },
    );

    it('promises no method that the route does not take, and nothing where no route is', async () => {
      expect((await preflight(stage.gateway.url, 'https://app.example', 'DELETE')).code).toBe(
        'method-not-allowed',
      );
      expect((await preflight(stage.gateway.url, 'https://app.example', 'GET', '/old')).code).toBe(
        'token-missing',
      );
      expect((await preflight(stage.gateway.url, 'https://app.example', 'GET', '/nowhere')).code).toBe(
        'route-not-found',
      );
    });

    it('lets a listed origin read answers and refusals, and no other', async () => {
      expect(allowed((await demo({ headers: { origin: 'https://app.example' } }, token)).headers)).toBe(
        'https://app.example',
      );
      const refused = await demo({ headers: { origin: 'https://app.example' } });
      expect([refused.code, allowed(refused.headers)]).toEqual(['token-missing', 'https://app.example']);
      const other = await demo({ headers: { origin: 'https://evil.example' } }, token);
      expect([other.status, allowed(other.headers), other.headers.get('vary')]).toEqual([
        200,
        null,
        'origin',
      ]);
    });
  });

  it('says that a route is going away, in answers and refusals', async () => {
    for (const bearer of [token, undefined]) {
      const { headers } = await call(`${stage.gateway.url}/old`, bearer);
      expect(headers.get('deprecation')).toBe('@1767225600');
      expect(headers.get('sunset')).toBe('Fri, 01 Jan 2027 00:00:00 GMT');
      expect(headers.get('link')).toBe('<https://docs.example/v2>; rel="deprecation"; type="text/html"');
    }
    expect((await demo({}, token)).headers.get('deprecation')).toBeNull();
  });
});

const allowed = (headers: Headers) => headers.get('access-control-allow-origin');

/** `fetch` may not set these headers. */
async function preflight(url: string, origin: string, method = 'GET', path = '/demo/x') {
  const headers = { origin, 'access-control-request-method': method };
  const asked = request(`${url}${path}`, { method: 'OPTIONS', headers, agent: new Agent() }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const body = await text(answer);
  const { code = '' } = (body ? JSON.parse(body) : {}) as { code?: string };
  return { status: answer.statusCode, headers: new Headers(answer.headers as Record<string, string>), code };
}
