import { OPEN_POLICY } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpAdapterHost } from '@nestjs/core';
import { configurationOf, signIn } from '../../test/oauth/signed-in.js';
import { PASSWORD, type Stage, setStage } from '../../test/oauth/stage.js';
import type { Answer } from '../../test/start-issuer.js';
import { PLANS, USUAL, trust } from '../../test/two-tenants/plans.js';
import { type PopulatedTenant, populate } from '../../test/two-tenants/populated-tenant.js';
import { routesOf } from '../../test/two-tenants/route-table.js';
import { IssueTokenService } from '../tokens/issue-token/issue-token.service.js';

/** Where things are that a team may have, or that hang on such. */
const COLLECTIONS = [
  'tokens',
  'access-tokens',
  'applications',
  'service-accounts',
  'trusted-issuers',
  'leaks',
];
const DEVELOPER = ['role:developer'];

const short = ({ status, body }: Answer): string => `${status} ${body?.code ?? ''}`.trim();
const anyId = ({ status, body }: Answer) => ({
  status,
  detail: String(body?.detail).replaceAll(/[0-9a-f]{32}/g, '…'),
});

describe('teams', () => {
  let stage: Stage;
  let acme: PopulatedTenant;
  let team: string;
  let other: string;
  let insider: { id: string; token: string };
  let outsider: { id: string; token: string };

  beforeAll(async () => {
    stage = await setStage();
    acme = await populate(stage, 'acme');
    [team, other] = [await newTeam('payments'), await newTeam('search')];
    [insider, outsider] = [await person('ida', team), await person('otto', other)];
    const { applications, ['service-accounts']: account } = acme.ids;
    await right('PATCH', `/v1/applications/${applications}`, { teamId: team });
    await right('PATCH', `/v1/service-accounts/${account}`, { owner: team });
    const issued = await right('POST', '/v1/tokens', {
      name: 'of the application',
      scopes: ['demo:read'],
      applicationId: applications,
    });
    const { leakId } = await right('POST', '/v1/leaks', { token: issued.token });
    acme = { ...acme, ids: { ...acme.ids, tokens: issued.id, leaks: leakId, teams: team } };
  });
  afterAll(() => stage.stop());

  const as = (token: string, method: string, path: string, body?: unknown): Promise<Answer> =>
    stage.call(method, path, body, { authorization: `Bearer ${token}` });
  const right = async (method: string, path: string, body?: unknown) => {
    const answer = await as(acme.token, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const post = (path: string, body: unknown) => as(outsider.token, 'POST', path, body);
  const newTeam = async (name: string): Promise<string> => (await right('POST', '/v1/teams', { name })).id;
  const join = (teamId: string, userId: string) => right('POST', `/v1/teams/${teamId}/members`, { userId });
  const leave = (teamId: string, userId: string) =>
    right('DELETE', `/v1/teams/${teamId}/members/${userId}?reason=moved`);

  /** Somebody with the role of a developer, and a token she made herself. */
  async function person(name: string, teamId: string, scopes = DEVELOPER) {
    const user = { email: `${name}@acme.example`, name, password: PASSWORD };
    const { id } = await right('POST', '/v1/users', user);
    await right('POST', '/v1/members', { userId: id, role: 'developer' });
    await join(teamId, id);
    const grantor = { tenant: 'acme', policy: OPEN_POLICY, grantedBy: 'system' } as const;
    const { token } = await stage
      .get(IssueTokenService)
      .issueFor(grantor, { name, scopes }, { actor: `user:${id}` });
    return { id: String(id), token };
  }

  /** Every route that names one of a team's things. */
  const routes = () =>
    routesOf(stage.get(HttpAdapterHost).httpAdapter.getInstance()).filter(({ path }) =>
      COLLECTIONS.some((name) => path.startsWith(`/v1/${name}/:`)),
    );
  const sweep = async (token: string, of: PopulatedTenant): Promise<Record<string, Answer>> => {
    const answers: Record<string, Answer> = {};
    for (const { method, path } of routes()) {
      const plan = PLANS[`${method} ${path}`] ?? USUAL[method];
      const id = of.ids[path.split('/')[2] ?? ''] ?? '';
      answers[`${method} ${path}`] = await as(token, method, path.replace(/:\w+/, id), plan?.body?.(of));
    }
    return answers;
  };

  it('have what is theirs for themselves: to a developer of another one it is not there, on every route', async () => {
    const absent = Object.entries(acme.ids).map(([of, id]) => [
      of,
      id.replace(/[0-9a-f]{32}$/, 'f'.repeat(32)),
    ]);
    const hidden = await sweep(outsider.token, acme);
    const nothing = await sweep(outsider.token, { ...acme, ids: Object.fromEntries(absent) });
    expect(Object.keys(hidden).length).toBeGreaterThan(20);
    for (const [route, answer] of Object.entries(hidden)) {
      expect([route, short(answer)]).toEqual([route, '404 not-found']);
      expect(anyId(answer)).toEqual(anyId(nothing[route]));
    }
  });

  it('let their members see and manage it', async () => {
    for (const { method, path } of routes().filter(({ method }) => method === 'GET')) {
      const found = await as(insider.token, method, path.replace(':id', acme.ids[path.split('/')[2]]));
      expect([path, found.status]).toEqual([path, 200]);
    }
    const { applications, tokens } = acme.ids;
    const renamed = await as(insider.token, 'PATCH', `/v1/applications/${applications}`, { name: 'ours' });
    expect(renamed.body).toMatchObject({ name: 'ours', teamId: team });
    expect((await as(insider.token, 'PATCH', `/v1/tokens/${tokens}`, { name: 'ours' })).status).toBe(200);
    const mine = { name: 'new', scopes: ['demo:read'], applicationId: applications };
    expect((await as(insider.token, 'POST', '/v1/tokens', mine)).status).toBe(201);
  });

  it('are listed with their things to those who may see them', async () => {
    const idsOf = async (token: string, path: string): Promise<string[]> =>
      (await as(token, 'GET', `${path}?limit=500`)).body.items.map(({ id }: { id: string }) => id);
    for (const name of ['tokens', 'applications', 'service-accounts', 'trusted-issuers', 'teams']) {
      expect(await idsOf(insider.token, `/v1/${name}`)).toContain(acme.ids[name]);
      expect(await idsOf(acme.token, `/v1/${name}`)).toContain(acme.ids[name]);
      expect(await idsOf(outsider.token, `/v1/${name}`)).not.toContain(acme.ids[name]);
    }
    expect(await idsOf(outsider.token, '/v1/teams')).toEqual([other]);
    const whoIsIn = `/v1/teams/${team}/members`;
    expect((await as(insider.token, 'GET', whoIsIn)).body.items).toMatchObject([{ userId: insider.id }]);
    for (const path of [whoIsIn, `/v1/teams/${team}`])
      expect(short(await as(outsider.token, 'GET', path))).toBe('404 not-found');
  });

  it('take part in nothing that others do with what is theirs', async () => {
    const { applications, tokens, ['service-accounts']: account } = acme.ids;
    const plain = { name: 'x', scopes: ['demo:read'] };
    for (const holder of [{ applicationId: applications }, { serviceAccountId: account }])
      expect(short(await post('/v1/tokens', { ...plain, ...holder }))).toBe('400 body-invalid');
    expect(short(await post('/v1/trusted-issuers', trust(applications)))).toBe('404 not-found');
    for (const whose of [{ application: applications }, { serviceAccount: account }])
      expect(short(await post('/v1/revocations', { ...whose, reason: 'x' }))).toBe('404 not-found');
    const bulk = await post('/v1/tokens/bulk-revoke', { ids: [tokens], reason: 'x' });
    expect(bulk.body.results[0].problem.code).toBe('not-found');
    const application = {
      name: 'x',
      grantTypes: ['client_credentials'],
      resources: ['https://api.example'],
      teamId: team,
    };
    expect(short(await post('/v1/applications', application))).toBe('400 body-invalid');
    expect(short(await post('/v1/service-accounts', { ...plain, owner: team }))).toBe('400 body-invalid');
    expect((await post('/v1/applications', { ...application, teamId: other })).body.teamId).toBe(other);
    expect((await post('/v1/service-accounts', { ...plain, owner: other })).body.owner).toBe(other);
    expect(short(await post('/v1/teams', { name: 'x' }))).toBe('403 scope-insufficient');
  });

  it('are left at once: what is theirs is gone with the answer', async () => {
    const leaver = await person('lea', team);
    const path = `/v1/applications/${acme.ids['applications']}`;
    expect((await as(leaver.token, 'GET', path)).status).toBe(200);
    await leave(team, leaver.id);
    expect(short(await as(leaver.token, 'GET', path))).toBe('404 not-found');
    await join(team, leaver.id);
    expect((await as(leaver.token, 'GET', path)).status).toBe(200);
    await right('POST', `/v1/users/${leaver.id}/disable`, { reason: 'left' });
    expect(short(await as(leaver.token, 'GET', path))).toBe('404 not-found');
    await right('DELETE', `/v1/users/${leaver.id}`);
    const { items } = (await as(acme.token, 'GET', `/v1/teams/${team}/members`)).body;
    expect(items.map(({ userId }: { userId: string }) => userId)).not.toContain(leaver.id);
  });

  it('are those of the person an application acts for, with every request', async () => {
    const { body: mine } = await stage.call('POST', '/v1/teams', { name: 'mine' });
    const members = `/v1/teams/${mine.id}/members`;
    const owner = await stage.call('POST', '/v1/tenants/default/owner-tokens', { name: 'owner' });
    await as(owner.body.token, 'POST', '/v1/members', { userId: stage.user.id, role: 'developer' });
    await stage.call('POST', members, { userId: stage.user.id });
    const application = await stage.register({ teamId: mine.id });
    const api = `${stage.url}/v1`;
    const console = await stage.registerWeb({ resources: [api], scopes: ['apps:read'] });
    const config = await configurationOf(stage, console);
    const { access_token: token } = await signIn(stage, config, { scope: 'openid apps:read', resource: api });
    const path = `/v1/applications/${application.id}`;
    expect((await as(token, 'GET', path)).body.teamId).toBe(mine.id);
    await stage.call('DELETE', `${members}/${stage.user.id}`);
    expect(short(await as(token, 'GET', path))).toBe('404 not-found');
  });

  it('give what they may to the tokens of their service accounts, and to no token that somebody else made', async () => {
    const account = await right('POST', '/v1/service-accounts', {
      name: 'bot',
      owner: team,
      scopes: DEVELOPER,
    });
    const bot = { name: 'bot', scopes: DEVELOPER };
    const ours = await as(insider.token, 'POST', '/v1/tokens', { ...bot, serviceAccountId: account.id });
    const path = `/v1/applications/${acme.ids['applications']}`;
    expect((await as(ours.body.token, 'GET', path)).status).toBe(200);
    const childs = await as(insider.token, 'POST', '/v1/tokens', bot);
    expect(short(await as(childs.body.token, 'GET', path))).toBe('404 not-found');
    const claimed = await as(outsider.token, 'POST', '/v1/tokens', { ...bot, userId: insider.id });
    expect(short(await as(claimed.body.token, 'GET', path))).toBe('404 not-found');
  });

  it('are deleted only when nothing is theirs any more', async () => {
    const passing = await newTeam('short-lived');
    const account = await right('POST', '/v1/service-accounts', {
      name: 'bot',
      owner: passing,
      scopes: ['demo:read'],
    });
    expect(short(await as(acme.token, 'DELETE', `/v1/teams/${passing}`))).toBe('409 team-in-use');
    await right('DELETE', `/v1/service-accounts/${account.id}`);
    for (let twice = 0; twice < 2; twice++)
      expect((await as(acme.token, 'DELETE', `/v1/teams/${passing}`)).status).toBe(204);
    const gone = { name: 'bot', owner: passing, scopes: ['demo:read'] };
    expect(short(await as(acme.token, 'POST', '/v1/service-accounts', gone))).toBe('400 body-invalid');
  });

  it('have people of the tenant in them', async () => {
    const path = `/v1/teams/${team}/members`;
    for (const userId of [newId('usr'), stage.user.id])
      expect(short(await as(acme.token, 'POST', path, { userId }))).toBe('404 not-found');
  });
});
