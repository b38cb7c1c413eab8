import type { RegisterApplicationBody, ServiceAccountView } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import type { Answer } from '../start-issuer.js';
import { codeOf, type MemberStage, plain, setMemberStage } from './member-stage.js';
import { configurationOf } from './signed-in.js';
import { RESOURCE } from './stage.js';

let stage: MemberStage;
let own: (method: string, path: string, body?: unknown) => ReturnType<MemberStage['as']>;
beforeAll(async () => {
  stage = await setMemberStage();
  own = (method, path, body) => stage.as(stage.owner, method, path, body);
});
afterAll(() => stage.stop());

const account = async (scopes: string[], owner = stage.user.id): Promise<ServiceAccountView> =>
  (await own('POST', '/v1/service-accounts', { name: 'CI', owner, scopes })).body;
const terms = (more: Partial<RegisterApplicationBody>) => ({
  name: 'CI',
  grantTypes: ['client_credentials'],
  resources: [RESOURCE, stage.api],
  ...more,
});
/** An application that acts as a service account. */
const acting = async ({ id }: { id: string }, scopes: string[]) => {
  const { status, body } = await own('POST', '/v1/applications', terms({ serviceAccountId: id, scopes }));
  expect([status, body.serviceAccountId]).toEqual([201, id]);
  const config = await configurationOf(stage, body);
  return {
    id: String(body.id),
    config,
    token: async (scope = scopes.join(' '), resource = RESOURCE) =>
      (await client.clientCredentialsGrant(config, { scope, resource })).access_token,
  };
};
type Acting = Awaited<ReturnType<typeof acting>>;
const claims = async (by: Acting) => decodeJwt(await by.token());
const isActive = async ({ config }: Acting, token: string) =>
  (await client.tokenIntrospection(config, token)).active;
const change = (of: { id: string }, step: string) =>
  own('POST', `/v1/service-accounts/${of.id}/${step}`, { reason: 'review' });
const remove = (of: { id: string }, query = '') => own('DELETE', `/v1/service-accounts/${of.id}${query}`);
const setPolicy = (scopesByRole: object) => own('PATCH', '/v1/tenants/default', { policy: { scopesByRole } });
const refused = { error: 'unauthorized_client' };
const asked = (serviceAccountId: string) => terms({ scopes: ['demo:read'], serviceAccountId });
const fieldOf = ({ status, body }: Answer) => [status, body.errors[0]?.field];

describe('an application that acts as a service account', () => {
  it('has tokens of the account, with its roles, for what both may do', async () => {
    const ci = await account(['demo:read', 'role:analyst']);
    const app = await acting(ci, ['demo:read', 'demo:write']);
    const said = await claims(app);
    expect(said).toMatchObject({ sub: ci.id, client_id: app.id, scope: 'demo:read', roles: ['analyst'] });
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.at(-1)).toMatchObject({
      stream_id: said.jti,
      data: { applicationId: app.id, serviceAccountId: ci.id, userId: null, scopes: ['demo:read'] },
    });
    await own('PATCH', `/v1/applications/${app.id}`, { serviceAccountId: null });
    expect(await claims(app)).toMatchObject({ sub: app.id, scope: 'demo:read demo:write' });
  });

  it('may do no more than the tenant’s policy leaves to the roles of the account', async () => {
    const app = await acting(await account(['demo:read', 'other:read', 'role:analyst']), [
      'demo:read',
      'other:read',
    ]);
    await setPolicy({ analyst: ['demo:*'] });
    expect((await claims(app))['scope']).toBe('demo:read');
    await setPolicy({});
    expect((await claims(app))['scope']).toBe('demo:read other:read');
  });

  it('has nothing while the account is suspended, and gets new tokens when it is resumed', async () => {
    const ci = await account(['demo:read']);
    const app = await acting(ci, ['demo:read']);
    const token = await app.token();
    for (const ended of [1, 0])
      expect((await change(ci, 'suspend')).body.tokens).toMatchObject({ accessTokens: ended });
    expect(await isActive(app, token)).toBe(false);
    await expect(app.token()).rejects.toMatchObject(refused);
    await change(ci, 'resume');
    expect(await isActive(app, token)).toBe(false);
    expect(await isActive(app, await app.token())).toBe(true);
  });

  it('has nothing more once the account is gone, and a dry run says how much that is', async () => {
    const ci = await account(['demo:read']);
    const app = await acting(ci, ['demo:read']);
    const token = await app.token();
    expect((await remove(ci, '?dryRun=true')).body).toMatchObject({ dryRun: true, accessTokens: 1 });
    expect(await isActive(app, token)).toBe(true);
    expect((await remove(ci)).body).toMatchObject({ dryRun: false, accessTokens: 1 });
    expect(await isActive(app, token)).toBe(false);
    await expect(app.token()).rejects.toMatchObject(refused);
  });

  it('loses its tokens when the account’s scopes change, and gets others', async () => {
    const ci = await account(['demo:read', 'demo:write']);
    const app = await acting(ci, ['demo:read', 'demo:write']);
    const token = await app.token();
    const path = `/v1/service-accounts/${ci.id}`;
    expect((await own('PATCH', path, { name: 'renamed' })).body.tokens).toMatchObject({ accessTokens: 0 });
    const narrowed = await own('PATCH', path, { scopes: ['demo:read'] });
    expect(narrowed.body.tokens).toMatchObject({ accessTokens: 1 });
    expect(await isActive(app, token)).toBe(false);
    expect((await claims(app))['scope']).toBe('demo:read');
  });

  it('loses its tokens with everything of the account', async () => {
    const ci = await account(['demo:read']);
    const app = await acting(ci, ['demo:read']);
    const token = await app.token();
    const { body } = await own('POST', '/v1/revocations', { serviceAccount: ci.id, reason: 'leak' });
    expect(body).toMatchObject({ accessTokens: 1, complete: true });
    expect(await isActive(app, token)).toBe(false);
  });

  it('manages in the account’s name, and what it issues hangs on the account', async () => {
    const { body: team } = await own('POST', '/v1/teams', { name: 'payments' });
    const ci = await account(['demo:read', 'role:developer'], team.id);
    const app = await acting(ci, ['demo:read', 'tokens:read', 'tokens:write', 'service-accounts:read']);
    const token = await app.token(undefined, stage.api);
    expect((await stage.as(token, 'GET', `/v1/service-accounts/${ci.id}`)).status).toBe(200); // its team's
    const { body: issued } = await stage.as(token, 'POST', '/v1/tokens', plain);
    expect(issued.createdBy).toBe(`service-account:${ci.id}`);
    const suspended = await change(ci, 'suspend');
    expect(suspended.body.tokens).toMatchObject({ suspended: 1, accessTokens: 1 });
    expect(await stage.refusalOf(token)).toEqual([401, 'token-revoked']);
    await change(ci, 'resume');
    expect((await remove(ci)).body).toMatchObject({ revoked: 1 });
  });
});

describe('letting an application act as a service account', () => {
  it('is refused where people take part', async () => {
    const { id: serviceAccountId } = await account(['demo:read']);
    const web = { grantTypes: ['authorization_code'], redirectUris: ['https://a.example'] };
    const both = await own('POST', '/v1/applications', terms({ ...web, serviceAccountId } as object));
    expect(fieldOf(both)).toEqual([400, 'serviceAccountId']);
    const { id } = await stage.registerWeb();
    const later = await own('PATCH', `/v1/applications/${id}`, { serviceAccountId });
    expect(fieldOf(later)).toEqual([400, 'serviceAccountId']);
  });

  it('takes one that is there for whoever says so, and no more than he could grant', async () => {
    await stage.call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' });
    const { body: way } = await stage.call('POST', '/v1/tenants/acme/owner-tokens', { name: 'first' });
    const ci = await account(['demo:read']);
    expect(fieldOf(await stage.as(way.token, 'POST', '/v1/applications', asked(ci.id)))).toEqual([
      400,
      'serviceAccountId',
    ]);
    expect(fieldOf(await own('POST', '/v1/applications', asked(newId('sac'))))).toEqual([
      400,
      'serviceAccountId',
    ]);
    const { body: team } = await own('POST', '/v1/teams', { name: 'ops' });
    const [theirs, mighty] = [await account(['demo:read'], team.id), await account(['role:owner'])];
    const { body: developer } = await own('POST', '/v1/tokens', { name: 'dev', scopes: ['role:developer'] });
    const as = (id: string) => stage.as(developer.token, 'POST', '/v1/applications', asked(id));
    expect(fieldOf(await as(theirs.id))).toEqual([400, 'serviceAccountId']);
    expect(codeOf(await as(mighty.id))).toEqual([403, 'scope-not-grantable']);
    expect((await as(ci.id)).status).toBe(201);
  });
});
