import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { rawRequest } from './raw-request.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

describe('headers on their way through', () => {
  let stage: Stage;
  let token: string;
  let tokenId: string;

  beforeAll(async () => {
    stage = await setStage();
    ({ token, id: tokenId } = stage.issuer.issue({ scopes: ['demo:read', 'extra:scope'] }));
    await until(async () => (await call(`${stage.gateway.url}/demo/x`, token)).status === 200);
  });
  afterAll(() => stage.stop());

  async function seenByUpstream(lines: string): Promise<[string, string][]> {
    const answer = await rawRequest(
      stage.gateway.port,
      `GET /demo/x HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer ${token}\r\n${lines}Connection: close\r\n\r\n`,
    );
    const body = /\{.*\}/.exec(answer)![0];
    const { headers } = JSON.parse(body) as { headers: string[] };
    return headers.flatMap((name, i): [string, string][] =>
      i % 2 ? [] : [[name.toLowerCase(), headers[i + 1]]],
    );
  }
  it('tell the upstream who is calling, once each, whatever the client claims', async () => {
    const claimed = [
      'X-Gatehouse-Token-Id: tok_evil',
      'x-gatehouse-tenant: evil',
      'X_Gatehouse_Scope: everything',
      'X-Gatehouse-Future: evil',
      'X-Consumer-Username: evil',
      'X-Forwarded-For: 1.1.1.1',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Prefix: /evil',
      'Forwarded: for=1.1.1.1',
      'X-Real-IP: 1.1.1.1',
      'X-Original-URL: /evil',
    ];
    const headers = await seenByUpstream(`${claimed.join('\r\n')}\r\n`);
    expect(JSON.stringify(headers)).not.toMatch(/evil|1\.1\.1\.1|everything/);
    expect(valuesOf(headers, 'x-gatehouse-token-id')).toEqual([tokenId]);
    expect(valuesOf(headers, 'x-gatehouse-tenant')).toEqual(['default']);
    expect(valuesOf(headers, 'x-gatehouse-scope')).toEqual(['demo:read extra:scope']);
    expect(valuesOf(headers, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(valuesOf(headers, 'x-forwarded-host')).toEqual(['api.example']);
    expect(valuesOf(headers, 'x-forwarded-proto')).toEqual(['http']);
    expect(valuesOf(headers, 'host')).toEqual([new URL(stage.upstream.url).host]);
    expect(valuesOf(headers, 'authorization')).toEqual([]);
    expect(valuesOf(headers, 'via')).toEqual(['1.1 gatehouse']);
  });

  it('say https when a trusted proxy says so', async () => {
    const behind = await stage.another({ routes: `trustedProxies: [127.0.0.1]\n${DEMO_ROUTES}` });
    const proto = async (claim: string) => {
      const { body } = await call(`${behind.url}/demo/x`, token, { headers: { 'x-forwarded-proto': claim } });
      const { headers } = JSON.parse(body) as { headers: string[] };
      return headers[headers.indexOf('x-forwarded-proto') + 1];
    };
    expect(await proto('https')).toBe('https');
    expect(await proto('gopher')).toBe('http');
  });

  it('are left out where they are meant for one hop, by name or by Connection', async () => {
    const answer = await rawRequest(
      stage.gateway.port,
      `GET /demo/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nX-Secret-Hop: 1\r\nX-Kept: 1\r\n` +
        'Keep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nConnection: close, X-Secret-Hop\r\n\r\n',
    );
    expect(answer).toMatch(/X-Kept/);
    expect(answer).not.toMatch(/X-Secret-Hop|Keep-Alive":|"TE"|Proxy-Auth/);
  });

  it('go on with the trace of the caller, or begin one', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const state = 'tracestate: vendor=1\r\n';
    const continued = await seenByUpstream(`traceparent: 00-${trace}-b7ad6b7169203331-01\r\n${state}`);
    expect(valuesOf(continued, 'tracestate')).toEqual(['vendor=1']);
    expect(valuesOf(continued, 'traceparent')[0]).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    const begun = await seenByUpstream(`traceparent: nonsense\r\n${state}`);
    expect(valuesOf(begun, 'tracestate')).toEqual([]); // it is about another trace
    expect(valuesOf(begun, 'traceparent')[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('carry one request id both ways', async () => {
    const [named, unsafe] = [
      await seenByUpstream('X-Request-Id: order-12345\r\n'),
      await seenByUpstream('X-Request-Id: a b\r\n'),
    ];
    expect(valuesOf(named, 'x-request-id')).toEqual(['order-12345']);
    expect(valuesOf(unsafe, 'x-request-id')[0]).toMatch(/^req_[0-9a-z]{24,}$/);
    const answer = await call(`${stage.gateway.url}/demo/cookies`, token, {
      headers: { 'x-request-id': 'order-12345' },
    });
    expect(answer.headers.get('x-request-id')).toBe('order-12345');
  });

  it('come back whole, but for those of the last hop', async () => {
    const answer = await call(`${stage.gateway.url}/demo/cookies`, token);
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('x-hop')).toBeNull();
  });
});

const valuesOf = (headers: [string, string][], name: string) =>
  headers.filter(([n]) => n === name).map(([, value]) => value);
