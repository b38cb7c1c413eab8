import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually, freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { Browser } from './browser.js';
import { configurationOf } from './signed-in.js';
import { CALLBACK, RESOURCE, type Stage, setStage } from './stage.js';

const GOODBYE = 'https://client.example/goodbye';

describe('signing out', () => {
  let stage: Stage;
  let party: Server;
  let partyUrl: string;
  let told: { path: string; token: string }[] = [];

  beforeAll(async () => {
    const port = await freePort();
    partyUrl = `http://127.0.0.1:${port}`;
    party = createServer((request, response) => {
      void text(request).then((body) => {
        told.push({ path: request.url ?? '', token: new URLSearchParams(body).get('logout_token') ?? '' });
        response.writeHead(request.url === '/broken' ? 500 : 200).end();
      });
    });
    await new Promise<void>((resolve) => party.listen(port, '127.0.0.1', resolve));
    stage = await setStage({ PEERS_ON_LOOPBACK: 'true' });
  });
  afterAll(async () => {
    await new Promise((resolve) => party.close(resolve));
    await stage.stop();
  });

  async function signedIn(terms: Parameters<Stage['registerWeb']>[0] = {}, browser = new Browser(stage.url)) {
    const application = await stage.registerWeb({ postLogoutRedirectUris: [GOODBYE], ...terms });
    const config = await configurationOf(stage, application);
    const verifier = client.randomPKCECodeVerifier();
    const authorize = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid offline_access demo:read',
      resource: RESOURCE,
      prompt: 'consent',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const { url: back } = await browser.signInAndAllow(authorize, stage.user.email);
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
    const leave = (more: Record<string, string> = {}) =>
      browser.visit(
        client.buildEndSessionUrl(config, {
          id_token_hint: tokens.id_token!,
          post_logout_redirect_uri: GOODBYE,
          state: 'after',
          ...more,
        }),
      );
    return { application, config, browser, tokens, leave, authorize };
  }
  const confirm = async ({ leave, browser }: Awaited<ReturnType<typeof signedIn>>) =>
    browser.submit(await leave(), { logout: 'yes' }, 'op.logoutForm');

  it('brings the person back to the application, and ends what was given in the session (RP-Initiated Logout)', async () => {
    const person = await signedIn();
    const { url: back } = await confirm(person);
    expect(back.href).toBe(`${GOODBYE}?state=after`);
    const { config, tokens, browser, authorize } = person;
    expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const revoked = (await stage.events('token.revoked.v1')).map(({ stream_id }) => stream_id);
    expect(revoked).toContain(decodeJwt(tokens.access_token).jti);
    expect((await browser.visit(authorize)).html).toContain('name="password"');
  });

  it('asks first, and does nothing for who stays', async () => {
    const { leave, browser, config, tokens } = await signedIn();
    const page = await leave();
    expect([page.status, page.html]).toEqual([200, expect.stringContaining('Sign out?')]);
    await browser.submit(page, {}, 'op.logoutForm');
    const next = await client.refreshTokenGrant(config, tokens.refresh_token!);
    expect(next.token_type).toBe('bearer');
  });

  it.each([
    'https://evil.example/goodbye',
    `${GOODBYE}/`,
    `${GOODBYE}?x`,
    'https://client.example@evil.example/goodbye',
    'javascript:alert(1)',
  ])('sends nobody to %j', async (uri) => {
    const { leave } = await signedIn();
    const page = await leave({ post_logout_redirect_uri: uri });
    expect([page.status, page.url.origin]).toEqual([400, stage.url]);
  });

  it('does not believe that the application is another', async () => {
    const { leave } = await signedIn();
    const other = await stage.registerWeb();
    expect((await leave({ client_id: other.id })).status).toBe(400);
  });

  it('tells every application of the session, in a token it can verify (Back-Channel Logout §2.4)', async () => {
    told = [];
    const first = await signedIn({ backchannelLogoutUri: `${partyUrl}/first` });
    await signedIn({ backchannelLogoutUri: `${partyUrl}/second` }, first.browser);
    await confirm(first);
    await eventually(() => expect(told.map(({ path }) => path).toSorted()).toEqual(['/first', '/second']));
    const keys = createRemoteJWKSet(new URL(first.config.serverMetadata().jwks_uri!));
    const { token } = told.find(({ path }) => path === '/first')!;
    const { payload } = await jwtVerify(token, keys, {
      issuer: stage.url,
      audience: first.application.id,
      typ: 'logout+jwt',
    });
    expect(payload).toMatchObject({
      sub: stage.user.id,
      sid: decodeJwt(first.tokens.id_token!)['sid'],
      jti: expect.any(String),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload).not.toHaveProperty('nonce');
  });

  it('is not held up by an application that does not listen', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}/x`;
    const first = await signedIn({ backchannelLogoutUri: `${partyUrl}/broken` });
    await signedIn({ backchannelLogoutUri: nowhere }, first.browser);
    const { url: back } = await confirm(first);
    expect(back.origin + back.pathname).toBe(GOODBYE);
  });

  it('says in discovery what it can do', async () => {
    const { config } = await signedIn();
    expect(config.serverMetadata()).toMatchObject({
      end_session_endpoint: `${stage.url}/oauth/logout`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });
});
