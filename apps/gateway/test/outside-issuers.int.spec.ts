import { appendFile } from 'node:fs/promises';
import { eventually, json, serve, type TestServer } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { JWT_AUDIENCE, JwtSigner } from './jwt-signer.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const LOGIN = 'https://login.example';
const CI = 'https://ci.example';

describe('tokens of issuers that do not follow RFC 9068', () => {
  let stage: Stage;
  let keys: TestServer;
  let areKeysAway = false;
  let signer: JwtSigner;
  const send = (token: string, path = 'demo') => call(`${stage.gateway.url}/${path}`, token);
  const idOf = async (token: string) => {
    const { headers } = JSON.parse((await send(token)).body) as { headers: string[] };
    return headers[headers.indexOf('x-gatehouse-token-id') + 1];
  };
  const login = (claims: Record<string, unknown>, header?: { typ?: string }) =>
    signer.jwt(LOGIN, { uti: 'u-1', scp: ['demo:read'], ...claims }, header);
  const ci = (claims: Record<string, unknown>) => signer.jwt(CI, claims);

  beforeAll(async () => {
    signer = await JwtSigner.make();
    keys = await serve((_, response) =>
      areKeysAway ? json(response, 503, {}) : json(response, 200, { keys: [signer.listed] }),
    );
    stage = await setStage({
      routes: `
issuers:
  - issuer: '${LOGIN}'
    audience: '${JWT_AUDIENCE}'
    jwksUri: '${keys.url}'
    type: JWT
    claims: { tokenId: /uti, scope: /scp, roles: /realm_access/roles, application: /azp, user: /oid }
  - issuer: '${CI}'
    audience: '${JWT_AUDIENCE}'
    jwksUri: '${keys.url}'
    type: JWT
    grants: [{ when: [{ claim: /repository, matches: acme/* }, { claim: /ref, matches: refs/heads/main }], scopes: [demo:read] }]
routes:
  - { id: demo, path: /demo, upstream: '\${UPSTREAM_URL}', scopes: { GET: [demo:read] } }
  - { id: staff, path: /staff, upstream: '\${UPSTREAM_URL}', scopes: { GET: [demo:read] }, roles: [support] }
`,
    });
    const token = await login({});
    await until(async () => (await send(token)).status === 200);
  });
  afterAll(async () => {
    await stage.stop();
    await keys.stop();
  });

  it('say whose they are in the words of their issuer', async () => {
    const claims = { scope: 'demo:write', realm_access: { roles: ['support'] }, azp: 'app', oid: 'ada' };
    const { status, body } = await send(await login(claims), 'staff');
    expect(status).toBe(200);
    const { headers } = JSON.parse(body) as { headers: string[] };
    expect(headers).toEqual(expect.arrayContaining(['u-1', 'demo:read', 'app', 'ada']));
    expect(await send(await login({}), 'staff')).toMatchObject({ code: 'role-missing' });
  });

  it('may have no type, or an access token’s, and no other', async () => {
    const codes = [];
    for (const typ of [undefined, 'at+jwt', 'logout+jwt', 'dpop+jwt'])
      codes.push((await send(await login({}, { typ }))).code);
    expect(codes).toEqual(['', '', 'token-malformed', 'token-malformed']);
  });

  it('have the scopes that the file grants for what they say, all of it', async () => {
    const codes = [];
    for (const [repository, ref] of [
      ['acme/orders', 'refs/heads/main'],
      ['acme/orders', 'refs/heads/mine'],
      ['evil/orders', 'refs/heads/main'],
    ])
      codes.push((await send(await ci({ repository, ref }))).code);
    expect(codes).toEqual(['', 'scope-insufficient', 'scope-insufficient']);
  });

  it('have a name of their own where their issuer gives them none', async () => {
    const claims = { repository: 'acme/orders', ref: 'refs/heads/main' };
    const [one, other] = [await ci({ ...claims, run: 1 }), await ci({ ...claims, run: 2 })];
    expect(await idOf(one)).toMatch(/^ext_/);
    expect(await idOf(one)).toBe(await idOf(one));
    expect(await idOf(other)).not.toBe(await idOf(one));
  });

  it('are verified by the keys at hand while their issuer is away, also over a reload', async () => {
    areKeysAway = true;
    await appendFile(
      stage.gateway.routesFile,
      `  - { id: late, path: /late, upstream: '\${UPSTREAM_URL}', scopes: { GET: [demo:read] } }\n`,
    );
    const claims = { oid: 'eve' };
    const token = await login(claims);
    await eventually(async () => expect((await send(token, 'late')).status).toBe(200));
    expect((await send(await login({ oid: 'bob' }), 'late')).status).toBe(200);
  });
});
