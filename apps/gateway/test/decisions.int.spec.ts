import { DecisionAnswer } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const ROUTES = `
trustedProxies: [127.0.0.1]
ipDeny: [198.51.100.0/24]
routes:
  - { id: demo, path: /demo/*, upstream: '\${UPSTREAM_URL}', stripPrefix: /demo, scopes: { GET: [demo:read], POST: [demo:write] }, ipDeny: [192.0.2.0/24] }
  - { id: acme, path: /acme, upstream: '\${UPSTREAM_URL}', tenant: acme, scopes: { '*': [] } }
`;

describe('why a request was refused', () => {
  let stage: Stage;
  let token: string;
  let id: string;
  const ask = (requestId: string, caller = ADMIN_TOKEN) =>
    call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, caller);
  const decisionOn = async (requestId: string) =>
    DecisionAnswer.parse(JSON.parse((await ask(requestId)).body));
  const request = async (path: string, bearer?: string, init?: RequestInit) => {
    const answer = await call(`${stage.gateway.url}${path}`, bearer, init);
    return answer.headers.get('x-request-id') ?? '';
  };

  beforeAll(async () => {
    stage = await setStage({ routes: ROUTES, gatewayId: 'edge-1' });
    ({ token, id } = stage.issuer.issue({ expiresAt: '2099-01-01T00:00:00.000Z' }));
    await until(async () => (await call(`${stage.gateway.url}/demo/x`, token)).status === 200);
  });
  afterAll(() => stage.stop());

  it('names the policy, what it looked at, and what was not even asked', async () => {
    const decision = await decisionOn(await request('/demo/x?page=private', token, { method: 'POST' }));
    expect(decision).toMatchObject({
      gateway: 'edge-1',
      outcome: 'refused',
      status: 403,
      code: 'scope-insufficient',
      refusedBy: 'scope',
      input: {
        method: 'POST',
        path: '/demo/x?page=',
        route: 'demo',
        routeTenant: 'default',
        clientAddress: '127.0.0.1',
        tokenId: id,
        tokenTenant: 'default',
        tokenExpiresAt: '2099-01-01T00:00:00.000Z',
        scopesHeld: ['demo:read'],
        scopesRequired: ['demo:write'],
      },
    });
    expect(decision.steps).toEqual([
      ...[
        'request',
        'address',
        'route',
        'method',
        'credential',
        'token',
        'binding',
        'revocation',
        'expiry',
        'tenant',
      ].map(passed),
      ...['route-ip-deny', 'token-ip-deny', 'token-ip-allow'].map(passed),
      { policy: 'scope', result: 'refused' },
      { policy: 'bots', result: 'not-asked' },
      { policy: 'payload', result: 'not-asked' },
      { policy: 'body', result: 'not-asked' },
      { policy: 'upstream', result: 'not-asked' },
    ]);
    expect(decision.timing.ownMs).toBeGreaterThan(0);
  });

  it('shows a request that was let through as passed throughout', async () => {
    const decision = await decisionOn(await request('/demo/x', token));
    expect(decision).toMatchObject({ outcome: 'served', refusedBy: null, code: '' });
    expect(decision.steps.every(({ result }) => result === 'passed')).toBe(true);
  });

  it.each<[string, string, () => Promise<string>]>([
    [
      'address',
      'ip-not-allowed',
      () => request('/demo/x', token, { headers: { 'x-forwarded-for': '198.51.100.7:4711' } }),
    ],
    ['route', 'route-not-found', () => request('/nowhere', token)],
    ['method', 'method-not-allowed', () => request('/demo/x', token, { method: 'DELETE' })],
    ['credential', 'token-missing', () => request('/demo/x')],
    ['token', 'token-malformed', () => request('/demo/x', 'not-a-token')],
    [
      'token-ip-deny',
      'ip-not-allowed',
      () => request('/demo/x', stage.issuer.issue({ ipDeny: ['127.0.0.0/8'] }).token),
    ],
    [
      'token-ip-allow',
      'ip-not-allowed',
      () => request('/demo/x', stage.issuer.issue({ ipAllow: ['10.0.0.0/8'] }).token),
    ],
    ['upstream', 'upstream-unavailable', () => request('/demo/reset', token)],
  ])('names the step %s for %s', async (refusedBy, code, attempt) => {
    expect(await decisionOn(await attempt())).toMatchObject({ refusedBy, code });
  });

  it('says whose a token was that the issuer no longer takes', async () => {
    const revoked = stage.issuer.issue();
    stage.issuer.revoke(revoked.token);
    const decision = await decisionOn(await request('/demo/x', revoked.token));
    expect(decision).toMatchObject({
      refusedBy: 'token',
      code: 'token-revoked',
      input: { tokenId: revoked.id },
    });
  });

  it('shows no secret, wherever it was sent', async () => {
    const inQuery = (await ask(await request(`/demo/x?access_token=${token}`))).body;
    const inHeader = (await ask(await request('/demo/x', token, { method: 'POST' }))).body;
    expect(inQuery).toContain('token-in-query');
    expect(inQuery + inHeader).not.toContain(token);
  });

  it('belongs to the tenant of the token, and to the operator', async () => {
    const acme = stage.issuer.issue({ tenant: 'acme', scopes: ['gateway:read'] }).token;
    const own = stage.issuer.issue({ tenant: 'acme' }).token;
    const requestId = await request('/demo/x', own); // on another tenant's route
    expect(JSON.parse((await ask(requestId, acme)).body)).toMatchObject({ code: 'token-audience-mismatch' });
    expect((await ask(requestId)).status).toBe(200);
    const others = await request('/acme', token);
    expect(await ask(others, acme)).toMatchObject({ status: 404, code: 'not-found' });
    expect((await ask(others, own)).code).toBe('scope-insufficient');
    expect((await ask(others, '')).code).toBe('token-missing');
  });

  it('is not hidden by another tenant’s request that chose the same id', async () => {
    const acme = stage.issuer.issue({ tenant: 'acme', scopes: ['gateway:read'] }).token;
    const headers = { 'x-request-id': 'chosen-by-the-caller' };
    await request('/acme', stage.issuer.issue({ tenant: 'acme' }).token, { headers });
    await request('/demo/x', token, { method: 'POST', headers });
    expect(JSON.parse((await ask('chosen-by-the-caller', acme)).body)).toMatchObject({ outcome: 'served' });
  });

  it('lets a tenant see its own routes alone', async () => {
    const acme = stage.issuer.issue({ tenant: 'acme', scopes: ['gateway:read'] }).token;
    const { body } = await call(`${stage.gateway.adminUrl}/v1/routes`, acme);
    expect(JSON.parse(body)).toMatchObject({ routes: [{ id: 'acme' }] });
    expect(body).not.toContain('demo');
  });

  it('is forgotten when enough others came after it, refusals apart from the rest', async () => {
    const refused = await request('/demo/x', token, { method: 'POST' });
    const served = await request('/demo/x', token);
    const one = () => request('/demo/x', token);
    for (let i = 0; i < 6; i++) await Promise.all(Array.from({ length: 100 }, one));
    expect((await ask(served)).status).toBe(404);
    expect((await ask(refused)).status).toBe(200);
  });
});

const passed = (policy: string) => ({ policy, result: 'passed' });
