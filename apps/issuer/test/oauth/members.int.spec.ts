import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { newPerson } from '../sign-in/account.js';
import { codeOf, type MemberStage, plain, scopesOf, setMemberStage } from './member-stage.js';
import { configurationOf, signIn } from './signed-in.js';

let stage: MemberStage;
let as: MemberStage['as'];
let owner: string;
beforeAll(async () => {
  stage = await setMemberStage();
  ({ as, owner } = stage);
});
afterAll(() => stage.stop());

/** What gateways take as the roles of whoever a token stands for (RFC 9068 §2.2.3.1). */
const rolesOf = ({ access_token: token }: { access_token: string }) => decodeJwt(token)['roles'];

describe('members', () => {
  it('let an application do in their name what their role holds, and no more', async () => {
    const { access_token: token, scope: told } = await stage.consoleTokens();
    expect(scopesOf(token)).toEqual(['tokens:read', 'tokens:write']);
    expect(told).toBe('tokens:read tokens:write');
    const issued = await as(token, 'POST', '/v1/tokens', plain);
    expect([issued.status, issued.body.createdBy]).toEqual([201, `user:${stage.user.id}`]);
    expect(codeOf(await as(token, 'GET', '/v1/users'))).toEqual([403, 'scope-insufficient']);
    const beyond = { ...plain, scopes: ['users:write'] };
    expect(codeOf(await as(token, 'POST', '/v1/tokens', beyond))).toEqual([403, 'scope-not-grantable']);
  });

  it('with another role lose the tokens of the old one at once, and get narrower ones at the next refresh', async () => {
    const before = await stage.consoleTokens();
    const path = `/v1/members/${stage.user.id}`;
    expect((await as(owner, 'PATCH', path, { role: 'analyst' })).body.role).toBe('analyst');
    expect(await stage.refusalOf(before.access_token)).toEqual([401, 'token-revoked']);
    const after = await client.refreshTokenGrant(stage.config, before.refresh_token!);
    expect(scopesOf(after.access_token)).toEqual(['tokens:read']);
    expect(codeOf(await as(after.access_token, 'POST', '/v1/tokens', plain))).toEqual([
      403,
      'scope-insufficient',
    ]);
    expect([before, after].map(rolesOf)).toEqual([['developer'], ['analyst']]);
    await as(owner, 'PATCH', path, { role: 'developer' });
  });

  it('that are removed lose their tokens at once, and a refresh brings nothing back', async () => {
    const { access_token: token, refresh_token: refresh } = await stage.consoleTokens();
    expect((await as(token, 'GET', '/v1/tokens')).status).toBe(200);
    const path = `/v1/members/${stage.user.id}`;
    for (let twice = 0; twice < 2; twice++)
      expect((await as(owner, 'DELETE', `${path}?reason=left`)).status).toBe(204);
    expect(await stage.refusalOf(token)).toEqual([401, 'token-revoked']);
    const after = await client.refreshTokenGrant(stage.config, refresh!);
    expect(scopesOf(after.access_token)).toEqual([]);
    expect(rolesOf(after)).toBeUndefined();
    expect(await stage.refusalOf(after.access_token)).toEqual([403, 'scope-insufficient']);
    const last = (await stage.events('member.removed.v1')).at(-1);
    expect(last?.data).toEqual({ userId: stage.user.id, previousRole: 'developer', reason: 'left' });
    await as(owner, 'POST', '/v1/members', { userId: stage.user.id, role: 'developer' });
  });

  it('never consented to what only a later role holds', async () => {
    const path = `/v1/members/${stage.user.id}`;
    await as(owner, 'PATCH', path, { role: 'analyst' });
    const { refresh_token: refresh } = await stage.consoleTokens();
    await as(owner, 'PATCH', path, { role: 'developer' });
    const after = await client.refreshTokenGrant(stage.config, refresh!);
    expect(scopesOf(after.access_token)).toEqual(['tokens:read']);
    expect(scopesOf((await stage.consoleTokens()).access_token)).toEqual(['tokens:read', 'tokens:write']);
  });

  it('keep what no role is needed for', async () => {
    const stranger = await newPerson(stage, 'stranger');
    const config2 = await configurationOf(stage, await stage.registerWeb());
    const { access_token } = await signIn({ ...stage, user: stranger }, config2, {
      scope: 'openid demo:read',
    });
    expect(scopesOf(access_token)).toEqual(['demo:read']);
    expect(rolesOf({ access_token })).toBeUndefined();
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

  it('register applications within the policy of their tenant', async () => {
    const terms = {
      name: 'x',
      grantTypes: ['client_credentials'],
      resources: [stage.api],
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
});
