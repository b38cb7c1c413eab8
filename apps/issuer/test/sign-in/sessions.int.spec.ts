import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { SessionList } from '@gatehouse/contracts';
import { eventually, freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { Browser } from '../oauth/browser.js';
import { configurationOf } from '../oauth/signed-in.js';
import { CALLBACK, RESOURCE, type Stage, setStage } from '../oauth/stage.js';
import { ACCOUNT, enrolApp, newPerson, openAccount } from './account.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe('sessions', () => {
  let stage: Stage;
  let party: Server;
  let partyUrl: string;
  const told: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    partyUrl = `http://127.0.0.1:${port}`;
    party = createServer((request, response) => {
      void text(request).then((body) => {
        told.push(new URLSearchParams(body).get('logout_token') ?? '');
        response.end();
      });
    });
    await new Promise<void>((resolve) => party.listen(port, '127.0.0.1', resolve));
    stage = await setStage({ PEERS_ON_LOOPBACK: 'true', TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(async () => {
    await new Promise((resolve) => party.close(resolve));
    await stage.stop();
  });

  const listOf = async (user: string) =>
    SessionList.parse((await stage.call('GET', `/v1/sessions?user=${user}`)).body).items;
  const ended = async (user: string) =>
    (await stage.events('session.ended.v1'))
      .filter(({ data }) => data['userId'] === user)
      .map(({ data }) => data['reason']);

  /** Signs a person in to an application of its own that stays connected. */
  async function connected(email: string, browser = new Browser(stage.url)) {
    const application = await stage.registerWeb({ name: 'Books', backchannelLogoutUri: `${partyUrl}/bye` });
    const config = await configurationOf(stage, application);
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid offline_access demo:read',
      resource: RESOURCE,
      prompt: 'consent',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const { url: back } = await browser.signInAndAllow(url, email);
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
    const refresh = () => client.refreshTokenGrant(config, tokens.refresh_token!);
    const isActive = async () => (await client.tokenIntrospection(config, tokens.access_token)).active;
    return { application, browser, tokens, refresh, isActive, url };
  }
  const over = { error: 'invalid_grant' };

  it('say when, with what and from where, and where to the person is signed in', async () => {
    const { id, email } = await newPerson(stage, 'seen');
    const browser = new Browser(stage.url, { 'user-agent': FIREFOX, 'x-forwarded-for': '203.0.113.7' });
    const { application } = await connected(email, browser);
    const [session, ...others] = await listOf(id);
    expect(others).toEqual([]);
    expect(session).toMatchObject({
      userId: id,
      agent: 'Firefox on Linux',
      address: '203.0.113.7',
      acr: 'urn:gatehouse:aal1',
      amr: ['pwd'],
      applications: [{ id: application.id, name: 'Books' }],
    });
    const [{ place }] = await stage.dataSource.query('select sealed_place::text as place from session');
    expect(Buffer.from(place.slice(2), 'hex').toString('latin1')).not.toContain('203.0.113.7');
  });

  it('end with everything that hangs on them, and their applications are told', async () => {
    const { id, email } = await newPerson(stage, 'ended');
    const one = await connected(email);
    const [session] = await listOf(id);
    const other = await connected(email);
    told.length = 0;
    expect((await stage.call('DELETE', `/v1/sessions/${session.id}`)).status).toBe(204);
    expect(await one.isActive()).toBe(false);
    await expect(one.refresh()).rejects.toMatchObject(over);
    expect((await one.browser.visit(one.url)).html).toContain('name="password"');
    expect(told.map((token) => decodeJwt(token).aud)).toEqual([one.application.id]);
    expect(await other.isActive()).toBe(true);
    expect((await listOf(id)).map(({ applications }) => applications[0]?.id)).toEqual([other.application.id]);
    expect((await stage.call('DELETE', `/v1/sessions/${session.id}`)).status).toBe(204);
    expect(await ended(id)).toEqual(['ended-by-an-administrator']);
  });

  it('that end while a request is under way do not come back', async () => {
    const { id, email } = await newPerson(stage, 'racing');
    const { browser, url } = await connected(email);
    const [session] = await listOf(id);
    await Promise.all([
      ...Array.from({ length: 8 }, () => browser.visit(url)),
      stage.call('DELETE', `/v1/sessions/${session.id}`),
      ...Array.from({ length: 8 }, () => browser.visit(url)),
    ]);
    await eventually(async () => expect((await browser.visit(url)).html).toContain('name="password"'));
    expect(await listOf(id)).toEqual([]);
  });

  it.each(['POST /v1/revocations', 'POST /v1/tokens/{id}/revoke'])(
    'end with everything else of a person: %s',
    async (route) => {
      const { id, email } = await newPerson(stage, route.includes('tokens') ? 'cascaded' : 'revoked');
      const { refresh, isActive, browser, url } = await connected(email);
      const token = await stage.call('POST', '/v1/tokens', {
        name: 'hers',
        scopes: ['demo:read'],
        userId: id,
      });
      const revoke = async (dryRun: boolean) => {
        const answer = route.includes('tokens')
          ? await stage.call('POST', `/v1/tokens/${token.body.id}/revoke`, {
              reason: 'left',
              cascade: 'user',
              dryRun,
            })
          : await stage.call('POST', '/v1/revocations', { user: id, reason: 'left', dryRun });
        return answer.body.cascaded ?? answer.body;
      };
      expect(await revoke(true)).toMatchObject({ sessions: 1, grants: 1 });
      expect(await listOf(id)).toHaveLength(1);
      expect(await revoke(false)).toMatchObject({ sessions: 1, grants: 1, complete: true });
      expect(await listOf(id)).toEqual([]);
      expect(await ended(id)).toEqual(['ended-by-an-administrator']);
      expect(await isActive()).toBe(false);
      await expect(refresh()).rejects.toMatchObject(over);
      expect((await browser.visit(url)).html).toContain('name="password"');
    },
  );

  it('end with the person who is erased', async () => {
    const { id, email } = await newPerson(stage, 'erased');
    const { refresh } = await connected(email);
    expect((await stage.call('DELETE', `/v1/users/${id}`)).status).toBe(204);
    expect(await listOf(id)).toEqual([]);
    await expect(refresh()).rejects.toMatchObject(over);
  });

  it('end all at once, with refresh tokens that have outlived theirs', async () => {
    const { id, email } = await newPerson(stage, 'everywhere');
    const [one, two] = [await connected(email), await connected(email)];
    const [first] = await listOf(id);
    await stage.dataSource.query("update session set expires_at = now() - interval '1 s' where id = $1", [
      first.id,
    ]);
    const { body } = await stage.call('POST', `/v1/users/${id}/sign-out`);
    expect(body).toEqual({ sessions: 1, grants: 1 });
    for (const { refresh } of [one, two]) await expect(refresh()).rejects.toMatchObject(over);
    expect(await listOf(id)).toEqual([]);
  });

  it('are on the account page, and end there; the one in use stays', async () => {
    const { id, email } = await newPerson(stage, 'herself');
    const elsewhere = await connected(email);
    const { browser, page } = await openAccount(stage, email);
    expect(page.html).toContain('Books');
    expect(page.html).toContain('this browser');
    const after = await browser.submit(page, {}, '/end');
    expect(after.html).not.toContain('Books');
    await expect(elsewhere.refresh()).rejects.toMatchObject(over);
    await connected(email);
    await browser.submit(after, {}, 'sign-out-elsewhere');
    expect(await ended(id)).toEqual(['ended-by-the-person', 'ended-by-the-person']);
    expect((await listOf(id)).length).toBe(1);
    expect((await browser.visit(ACCOUNT)).html).toContain('Your account');
  });

  it('of somebody else are not to be ended on the account page', async () => {
    const victim = await newPerson(stage, 'bystander');
    await connected(victim.email);
    const [theirs] = await listOf(victim.id);
    const { email } = await newPerson(stage, 'meddler');
    const { browser, page } = await openAccount(stage, email);
    const forged = { ...page, html: page.html.replace('/sign-out-elsewhere', `/sessions/${theirs.id}/end`) };
    await browser.submit(forged, {}, '/end');
    expect((await listOf(victim.id)).length).toBe(1);
  });

  it('end when the person signs out, is disabled, or loses a factor', async () => {
    const { id, email } = await newPerson(stage, 'leaver');
    const { browser } = await openAccount(stage, email);
    await browser.submit(await browser.visit('/oauth/logout'), { logout: 'yes' }, 'op.logoutForm');
    expect(await listOf(id)).toEqual([]);
    await enrolApp(stage, email);
    const { body: factors } = await stage.call('GET', `/v1/users/${id}/factors`);
    await stage.call('DELETE', `/v1/users/${id}/factors/${factors.items[0].id}`);
    await connected(email);
    await stage.call('POST', `/v1/users/${id}/disable`, { reason: 'left' });
    await stage.call('POST', `/v1/users/${id}/enable`, { reason: 'back' });
    expect(await ended(id)).toEqual(['signed-out', 'credential-changed', 'user-disabled']);
    expect(await listOf(id)).toEqual([]);
  });

  it('go with a person who is erased', async () => {
    const { id, email } = await newPerson(stage, 'forgotten');
    const { browser, url } = await connected(email);
    await stage.call('DELETE', `/v1/users/${id}`);
    expect(await stage.dataSource.query('select 1 from session where user_id = $1', [id])).toEqual([]);
    expect((await browser.visit(url)).html).toContain('name="password"');
  });

  it('are listed page by page, and refused with a wrong id', async () => {
    const { body } = await stage.call('GET', '/v1/sessions?limit=1');
    expect(body.items.length).toBe(1);
    const next = await stage.call('GET', `/v1/sessions?limit=1&cursor=${body.nextCursor}`);
    expect(next.body.items[0].id > body.items[0].id).toBe(true);
    expect((await stage.call('DELETE', `/v1/sessions/ses_${'0'.repeat(32)}`)).status).toBe(404);
  });
});
