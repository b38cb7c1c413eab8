import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import * as client from 'openid-client';
import { TOKEN_EXCHANGE } from '../../src/oauth/provider/grant-types.js';
import { SigningKeys } from '../../src/keys/signing-keys.js';
import { enrolApp, newPerson } from '../sign-in/account.js';
import type { Answer } from '../start-issuer.js';
import { Browser } from './browser.js';
import { configurationOf, signIn } from './signed-in.js';
import { CALLBACK, PASSWORD, RESOURCE, type Stage, setStage } from './stage.js';

const MANAGEMENT = ['tokens:read', 'tokens:write', 'users:read', 'users:write'];
const plain = { name: 'plain', scopes: ['demo:read'] };
const codeOf = ({ status, body }: Answer) => [status, body?.code];
const scopesOf = (token: string) =>
  (decodeJwt<{ scope?: string }>(token).scope ?? '').split(' ').filter((one) => one !== '');

describe('members', () => {
  let stage: Stage;
  let api: string;
  let owner: string;
  let config: client.Configuration;

  beforeAll(async () => {
    stage = await setStage();
    api = `${stage.url}/v1`;
    const console = await stage.registerWeb({
      resources: [api, RESOURCE],
      scopes: ['demo:read', ...MANAGEMENT],
    });
    config = await configurationOf(stage, console);
    const { body } = await stage.call('POST', '/v1/tenants/default/owner-tokens', { name: 'owner' });
    owner = String(body.token);
    await as(owner, 'POST', '/v1/members', { userId: stage.user.id, role: 'developer' });
  });
  afterAll(() => stage.stop());

  const as = (token: string, method: string, path: string, body?: unknown) =>
    stage.call(method, path, body, { authorization: `Bearer ${token}` });
  const refusalOf = async (token: string) => codeOf(await as(token, 'GET', '/v1/tokens'));
  const scope = `offline_access openid ${MANAGEMENT.join(' ')}`;
  const consoleTokens = () => signIn(stage, config, { scope, resource: api });

  it('let an application do in their name what their role holds, and no more', async () => {
    const { access_token: token, scope: told } = await consoleTokens();
    expect(scopesOf(token)).toEqual(['tokens:read', 'tokens:write']);
    expect(told).toBe('tokens:read tokens:write');
    const issued = await as(token, 'POST', '/v1/tokens', plain);
    expect([issued.status, issued.body.createdBy]).toEqual([201, `user:${stage.user.id}`]);
    expect(codeOf(await as(token, 'GET', '/v1/users'))).toEqual([403, 'scope-insufficient']);
    const beyond = { ...plain, scopes: ['users:write'] };
    expect(codeOf(await as(token, 'POST', '/v1/tokens', beyond))).toEqual([403, 'scope-not-grantable']);
  });

  it('with another role lose the tokens of the old one at once, and get narrower ones at the next refresh', async () => {
    const before = await consoleTokens();
    const path = `/v1/members/${stage.user.id}`;
    expect((await as(owner, 'PATCH', path, { role: 'analyst' })).body.role).toBe('analyst');
    expect(await refusalOf(before.access_token)).toEqual([401, 'token-revoked']);
    const after = await client.refreshTokenGrant(config, before.refresh_token!);
    expect(scopesOf(after.access_token)).toEqual(['tokens:read']);
    expect(codeOf(await as(after.access_token, 'POST', '/v1/tokens', plain))).toEqual([
      403,
      'scope-insufficient',
    ]);
    await as(owner, 'PATCH', path, { role: 'developer' });
  });

  it('that are removed lose their tokens at once, and a refresh brings nothing back', async () => {
    const { access_token: token, refresh_token: refresh } = await consoleTokens();
    expect((await as(token, 'GET', '/v1/tokens')).status).toBe(200);
    const path = `/v1/members/${stage.user.id}`;
    for (let twice = 0; twice < 2; twice++)
      expect((await as(owner, 'DELETE', `${path}?reason=left`)).status).toBe(204);
    expect(await refusalOf(token)).toEqual([401, 'token-revoked']);
    const after = await client.refreshTokenGrant(config, refresh!);
    expect(scopesOf(after.access_token)).toEqual([]);
    expect(await refusalOf(after.access_token)).toEqual([403, 'scope-insufficient']);
    const last = (await stage.events('member.removed.v1')).at(-1);
    expect(last?.data).toEqual({ userId: stage.user.id, previousRole: 'developer', reason: 'left' });
    await as(owner, 'POST', '/v1/members', { userId: stage.user.id, role: 'developer' });
  });

  it('never consented to what only a later role holds', async () => {
    const path = `/v1/members/${stage.user.id}`;
    await as(owner, 'PATCH', path, { role: 'analyst' });
    const { refresh_token: refresh } = await consoleTokens();
    await as(owner, 'PATCH', path, { role: 'developer' });
    const after = await client.refreshTokenGrant(config, refresh!);
    expect(scopesOf(after.access_token)).toEqual(['tokens:read']);
    expect(scopesOf((await consoleTokens()).access_token)).toEqual(['tokens:read', 'tokens:write']);
  });

  it('keep what no role is needed for', async () => {
    const stranger = await newPerson(stage, 'stranger');
    const config2 = await configurationOf(stage, await stage.registerWeb());
    const { access_token } = await signIn({ ...stage, user: stranger }, config2, {
      scope: 'openid demo:read',
    });
    expect(scopesOf(access_token)).toEqual(['demo:read']);
  });

  it('are people of the tenant, with a role that exists', async () => {
    const nobody = { userId: `usr_${'0'.repeat(32)}`, role: 'admin' };
    expect(codeOf(await as(owner, 'POST', '/v1/members', nobody))).toEqual([404, 'not-found']);
    const king = await as(owner, 'POST', '/v1/members', { userId: stage.user.id, role: 'king' });
    expect([king.status, king.body.errors[0].field]).toEqual([400, 'role']);
  });

  it('keep an owner: the last one is neither removed nor erased', async () => {
    await stage.call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' });
    const { body: way } = await stage.call('POST', '/v1/tenants/acme/owner-tokens', { name: 'first' });
    const person = async (name: string) => {
      const user = { email: `${name}@acme.example`, name, password: 'correct horse battery' };
      return String((await as(way.token, 'POST', '/v1/users', user)).body.id);
    };
    const [ada, bob] = [await person('ada'), await person('bob')];
    await as(way.token, 'POST', '/v1/members', { userId: ada, role: 'owner' });
    for (const path of [`/v1/members/${ada}`, `/v1/users/${ada}`])
      expect(codeOf(await as(way.token, 'DELETE', path))).toEqual([409, 'member-last-owner']);
    expect((await as(way.token, 'GET', `/v1/users/${ada}`)).status).toBe(200);
    await as(way.token, 'POST', '/v1/members', { userId: bob, role: 'owner' });
    const both = ['/v1/users/', '/v1/members/'].map((of, i) => as(way.token, 'DELETE', of + [ada, bob][i]));
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 409]); // both at once, and one is left
    expect((await as(way.token, 'GET', '/v1/members')).body.items).toHaveLength(1);
  });

  describe('of a tenant that asks for a second factor', () => {
    const policy = { secondFactorFor: ['tokens:write'], secondFactorMaxAgeSeconds: 600 };

    it('are told to sign in more strongly for what it names, and do so', async () => {
      const ada = await newPerson(stage, 'strong');
      await as(owner, 'POST', '/v1/members', { userId: ada.id, role: 'developer' });
      await as(owner, 'PATCH', '/v1/tenants/default', { policy });
      const weak = await signIn({ ...stage, user: ada }, config, { scope, resource: api });
      expect((await as(weak.access_token, 'GET', '/v1/tokens')).status).toBe(200);
      const refused = await as(weak.access_token, 'POST', '/v1/tokens', plain);
      expect(codeOf(refused)).toEqual([401, 'step-up-required']);
      expect(refused.headers.get('www-authenticate')).toBe(
        'Bearer realm="gatehouse", error="insufficient_user_authentication", acr_values="urn:gatehouse:aal2", max_age="600"',
      );
      const elsewhere = { token: weak.access_token };
      expect((await stage.call('POST', '/v1/access-tokens/lookup', elsewhere)).body).toMatchObject({
        taken: true,
        actor: `user:${ada.id}`,
        stepUp: { for: ['tokens:write'], acrValues: 'urn:gatehouse:aal2', maxAgeSeconds: 600 },
      });
      const { app } = await enrolApp(stage, ada.email);
      const verifier = client.randomPKCECodeVerifier();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope,
        resource: api,
        prompt: 'consent',
        acr_values: 'urn:gatehouse:aal2',
        max_age: '600',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      const browser = new Browser(stage.url);
      const login = { email: ada.email, password: PASSWORD };
      const second = await browser.submit(await browser.visit(url), login, 'password');
      const consent = await browser.submit(second, { code: app.code() }, 'code');
      const { url: back } = await browser.submit(consent, {}, 'Allow');
      const strong = await client.authorizationCodeGrant(config, back, {
        pkceCodeVerifier: verifier,
        maxAge: 600,
      });
      expect((await as(strong.access_token, 'POST', '/v1/tokens', plain)).status).toBe(201);
      expect((await as(owner, 'POST', '/v1/tokens', plain)).status).toBe(201); // an API token is no sign-in
      await as(owner, 'PATCH', '/v1/tenants/default', { policy: { secondFactorFor: [] } });
    });
  });

  it('register applications within the policy of their tenant', async () => {
    const terms = {
      name: 'x',
      grantTypes: ['client_credentials'],
      resources: [api],
      scopes: ['tokens:read'],
    };
    const register = (scopes: string[]) => as(owner, 'POST', '/v1/applications', { ...terms, scopes });
    const { body: kept } = await register(['demo:read']);
    const setPolicy = (some: Record<string, unknown>) =>
      as(owner, 'PATCH', '/v1/tenants/default', { policy: some });
    await setPolicy({ definedScopesOnly: true });
    expect(codeOf(await register(['invoice:read']))).toEqual([403, 'policy-scope-undefined']);
    const path = `/v1/applications/${kept.id}`;
    const wider = { scopes: ['demo:read', 'invoice:read'] };
    expect(codeOf(await as(owner, 'PATCH', path, wider))).toEqual([403, 'policy-scope-undefined']);
    expect((await as(owner, 'PATCH', path, { name: 'y', scopes: ['demo:read'] })).status).toBe(200);
    await setPolicy({ definedScopesOnly: false, scopesByRole: { owner: ['demo:*'] } });
    expect(codeOf(await register(['invoice:read']))).toEqual([403, 'policy-scope-refused']);
    expect((await register(['demo:write'])).status).toBe(201);
    await setPolicy({ scopesByRole: {} });
  });

  describe('an access token for the management API', () => {
    it('is an application’s own too, with what it was registered for', async () => {
      const own = await configurationOf(
        stage,
        await stage.register({ resources: [api], scopes: ['tokens:read'] }),
      );
      const { access_token } = await client.clientCredentialsGrant(own, {
        resource: api,
        scope: 'tokens:read',
      });
      expect((await as(access_token, 'GET', '/v1/tokens')).status).toBe(200);
      expect(codeOf(await as(access_token, 'POST', '/v1/tokens', plain))).toEqual([
        403,
        'scope-insufficient',
      ]);
    });

    it('that is good for one request is taken once', async () => {
      const narrow = { resources: [api], scopes: ['tokens:read'] };
      const own = await configurationOf(
        stage,
        await stage.register({ ...narrow, grantTypes: [TOKEN_EXCHANGE] }),
      );
      const { body } = await stage.call('POST', '/v1/tokens', { name: 'x', scopes: ['tokens:read'] });
      const { access_token: once } = await client.genericGrantRequest(own, TOKEN_EXCHANGE, {
        subject_token: body.token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        resource: api,
        single_use: 'true',
      });
      const answers = await Promise.all([1, 2, 3].map(() => as(once, 'GET', '/v1/tokens')));
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401]);
      expect(await refusalOf(once)).toEqual([401, 'token-consumed']);
    });

    it('is refused when it is for another API, changed, or bound to a key', async () => {
      const { access_token: other } = await signIn(stage, config, { scope: 'openid demo:read' });
      expect(await refusalOf(other)).toEqual([401, 'token-audience-mismatch']);
      const { access_token: token } = await consoleTokens();
      const [head, , signature] = token.split('.');
      const mighty = btoa(JSON.stringify({ ...decodeJwt(token), scope: 'keys:write' })).replace(/=+$/, '');
      const forged = `${head}.${mighty}.${signature}`;
      expect(codeOf(await as(forged, 'GET', '/v1/keys'))).toEqual([401, 'token-signature-invalid']);
      const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
      const { access_token: bound } = await signIn(stage, config, { scope, resource: api, dpop });
      expect(await refusalOf(bound)).toEqual([401, 'dpop-proof-required']);
    });

    it('is refused once it has expired, and when no event ever said that it was issued', async () => {
      const { keyId, privateJwk } = stage.get(SigningKeys).signer('ES256')!;
      const key = await importJWK(privateJwk!, 'ES256');
      const signed = (jti: string, exp: number) =>
        new SignJWT({ client_id: 'app', scope: 'tokens:read', jti, exp })
          .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'at+jwt' })
          .setIssuer(stage.url)
          .setAudience(api)
          .sign(key);
      const now = Math.floor(Date.now() / 1000);
      const { jti = '' } = decodeJwt((await consoleTokens()).access_token);
      expect(await refusalOf(await signed(jti, now - 1))).toEqual([401, 'token-expired']);
      expect(await refusalOf(await signed(`tok_${'0'.repeat(32)}`, now + 60))).toEqual([
        401,
        'token-unknown',
      ]);
    });
  });
});
