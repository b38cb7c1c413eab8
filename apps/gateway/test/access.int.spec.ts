import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DecisionAnswer, events } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { issuersPart, JwtSigner } from './jwt-signer.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const ROUTES = `
routes:
  - { id: users, path: '/users/{id}/*', upstream: '\${UPSTREAM_URL}', scopes: { GET: { any: [users:admin, 'user:{id}'] }, '*': ['user:{id}', users:write] } }
  - { id: staff, path: /staff, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, roles: { any: [support, admin] } }
  - { id: board, path: /board, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, roles: [support, admin] }
`;

describe('who may do what', () => {
  let stage: Stage;
  let signer: JwtSigner;
  const attempt = async (path: string, claims: Record<string, unknown>, method = 'GET') =>
    call(`${stage.gateway.url}${path}`, await signer.accessToken(claims), { method });

  beforeAll(async () => {
    signer = await JwtSigner.make();
    stage = await setStage();
    await writeFile(join(stage.gateway.dir, 'keys.json'), JSON.stringify({ keys: [signer.listed] }));
    await writeFile(stage.gateway.routesFile, `${issuersPart()}${ROUTES}`);
    await until(async () => (await attempt('/staff', { roles: ['admin'] })).status === 200);
  });
  afterAll(() => stage.stop());

  it('is bound to what stands in the path, or to one of several scopes', async () => {
    expect((await attempt('/users/7/orders', { scope: 'user:7' })).status).toBe(200);
    expect((await attempt('/users/8/orders', { scope: 'users:admin' })).status).toBe(200);
    for (const path of ['/users/8/orders', '/users/7%20/orders', '/users/7;8/orders'])
      expect(await attempt(path, { scope: 'user:7' })).toMatchObject({
        status: 403,
        code: 'scope-insufficient',
      });
  });

  it('takes all scopes of a list', async () => {
    expect((await attempt('/users/7', { scope: 'user:7 users:write' }, 'PUT')).status).toBe(200);
    expect((await attempt('/users/7', { scope: 'user:7' }, 'PUT')).code).toBe('scope-insufficient');
  });

  it('takes one of the roles, or all, as the route says', async () => {
    expect((await attempt('/staff', { roles: ['support'] })).status).toBe(200);
    expect((await attempt('/board', { roles: ['support', 'admin'] })).status).toBe(200);
    expect(await attempt('/board', { roles: ['support'] })).toMatchObject({
      status: 403,
      code: 'role-missing',
    });
    for (const roles of [undefined, 'admin', ['guest admin'], [['admin']]])
      expect((await attempt('/staff', { roles })).code).toBe('role-missing');
  });

  it('takes the roles of an opaque token as they are now', async () => {
    const { token } = stage.issuer.issue({ roles: ['admin'] });
    const staff = () => call(`${stage.gateway.url}/staff`, token);
    expect((await staff()).status).toBe(200);
    stage.issuer.change(token, events.TokenUpdated.type, { roles: ['auditor'] });
    await eventually(async () => expect((await staff()).code).toBe('role-missing'));
  });

  it('is said in the decision', async () => {
    const refused = await attempt('/staff', {});
    const requestId = refused.headers.get('x-request-id');
    const asked = await call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    expect(DecisionAnswer.parse(JSON.parse(asked.body)).refusedBy).toBe('role');
  });
});
