import { DecisionAnswer } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { type RunningNginx, startNginx } from './nginx.js';
import { type RunningGateway } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const routes = (forwardAuth: string) => `
forwardAuth: ${forwardAuth}
routes:
  - { id: api, path: /api/*, hosts: [api.example, 127.0.0.1], upstream: '\${UPSTREAM_URL}', scopes: { GET: [demo:read], '*': [demo:write] }, ipDeny: [192.0.2.0/24] }
  - { id: limited, path: /limited, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, limit: { requests: 1, windowSeconds: 60 } }
`;

describe('another proxy that asks the gateway', () => {
  let stage: Stage;
  let strict: RunningGateway;
  let nginx: RunningNginx;
  const ask = (token: string, headers: Record<string, string>, gateway = stage.gateway) =>
    call(`${gateway.url}/.gatehouse/authorize`, token, {
      headers: {
        'x-forwarded-method': 'GET',
        'x-forwarded-uri': '/api/x',
        'x-forwarded-host': 'api.example',
        ...headers,
      },
    });

  beforeAll(async () => {
    stage = await setStage({ routes: routes('{ proxies: [127.0.0.1] }') });
    strict = await stage.another({ routes: routes("{ proxies: [127.0.0.1], statuses: '401-403' }") });
    nginx = await startNginx(strict.url, stage.upstream.url);
    const { token } = stage.issuer.issue();
    for (const gateway of [stage.gateway, strict])
      await until(async () => (await ask(token, {}, gateway)).status === 200);
  });
  afterAll(async () => {
    await nginx.stop();
    await stage.stop();
  });

  it('is told in 200 whose the request is', async () => {
    const { token, id } = stage.issuer.issue();
    const { status, headers } = await ask(token, { 'x-gatehouse-tenant': 'forged' });
    expect(status).toBe(200);
    expect(headers.get('x-gatehouse-token-id')).toBe(id);
    expect(headers.get('x-gatehouse-tenant')).toBe('default');
    expect(headers.get('x-gatehouse-scope')).toBe('demo:read');
  });

  it.each<[string, Record<string, string>, string]>([
    ['another method', { 'x-forwarded-method': 'POST' }, 'scope-insufficient'],
    ['another path', { 'x-forwarded-uri': '/elsewhere' }, 'route-not-found'],
    ['another host', { 'x-forwarded-host': 'other.example' }, 'route-not-found'],
    ['a denied client', { 'x-forwarded-for': '192.0.2.7' }, 'ip-not-allowed'],
    ['a path with dot segments', { 'x-forwarded-uri': '/api/%2e%2e/x' }, 'request-malformed'],
    ['a token in the query', { 'x-forwarded-uri': '/api/x?access_token=x' }, 'token-in-query'],
    ['nothing', { 'x-forwarded-uri': '' }, 'request-malformed'],
  ])('is refused for %s as the gateway would refuse it', async (_, headers, code) => {
    expect((await ask(stage.issuer.issue().token, headers)).code).toBe(code);
  });

  it('gets a decision that can be looked up', async () => {
    const refused = await ask(stage.issuer.issue().token, { 'x-forwarded-method': 'POST' });
    const requestId = refused.headers.get('x-request-id');
    const asked = await call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    expect(DecisionAnswer.parse(JSON.parse(asked.body))).toMatchObject({
      refusedBy: 'scope',
      input: { method: 'POST', path: '/api/x', route: 'api' },
    });
  });

  it('may put the path of the request behind its own, and then nothing the client forwards counts', async () => {
    const { token } = stage.issuer.issue();
    const at = (path: string, init?: RequestInit) =>
      call(`${stage.gateway.url}/.gatehouse/authorize${path}`, token, init);
    expect((await at('/api/x?page=2')).status).toBe(200);
    expect((await at('/api/x', { method: 'POST' })).code).toBe('scope-insufficient');
    const headers = { 'x-forwarded-uri': '/api/x', 'x-forwarded-method': 'GET' };
    expect((await at('/elsewhere', { headers })).code).toBe('route-not-found');
  });

  it('is counted by the limits, and squeezes refusals into 403 where it asks for that', async () => {
    const { token } = stage.issuer.issue();
    const uri = { 'x-forwarded-uri': '/limited' };
    expect((await ask(token, uri)).status).toBe(200);
    expect(await ask(token, uri)).toMatchObject({ status: 429, code: 'rate-limited' });
    expect((await ask(token, uri, strict)).status).toBe(200);
    expect(await ask(token, uri, strict)).toMatchObject({ status: 403, code: 'rate-limited' });
    expect((await ask('', {}, strict)).status).toBe(401);
  });

  it('has to be one that was configured', async () => {
    const other = await stage.another({ routes: routes('{ proxies: [192.0.2.1] }') });
    const { token } = stage.issuer.issue();
    expect(await ask(token, {}, other)).toMatchObject({ status: 404, code: 'route-not-found' });
  });

  it('is nginx: allowed, refused, and refused within a second of the revocation', async () => {
    const issued = stage.issuer.issue();
    const served = await call(`${nginx.url}/api/x?page=2`, issued.token, {
      headers: { 'x-gatehouse-tenant': 'forged' },
    });
    expect(served.status).toBe(200);
    const seen = JSON.parse(served.body) as { url: string; headers: string[] };
    expect(seen.url).toBe('/api/x?page=2');
    expect(seen.headers).toContain(issued.id);
    expect(seen.headers).not.toContain('forged');
    expect(served.body).not.toContain(issued.token);
    expect((await call(`${nginx.url}/api/x`)).status).toBe(401);
    expect((await call(`${nginx.url}/api/x`, issued.token, { method: 'POST', body: 'x' })).status).toBe(403);
    expect((await call(`${nginx.url}/elsewhere`, issued.token)).status).toBe(403);
    await eventually(async () => {
      const { token } = stage.issuer.issue();
      expect((await call(`${nginx.url}/api/x`, token)).status).toBe(200);
      stage.issuer.revoke(token);
      await eventually(async () => expect((await call(`${nginx.url}/api/x`, token)).status).toBe(401), {
        timeoutMs: 1_000,
      });
    });
  });
});
