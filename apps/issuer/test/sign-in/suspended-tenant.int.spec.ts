import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { Browser, type Page } from '../oauth/browser.js';
import { configurationOf } from '../oauth/signed-in.js';
import { CALLBACK, PASSWORD, RESOURCE, type Stage, setStage } from '../oauth/stage.js';

const EMAIL = 'eve@acme.example';
const SUSPENDED = 'Your organisation is suspended';

/** Said, and why it is so kept from them. */
const CLEARLY = [403, true, false];
const told = ({ status, html }: Page) => [status, html.includes(SUSPENDED), html.includes('unpaid')];

describe('people of a suspended tenant', () => {
  let stage: Stage;
  let signInUrl: URL;

  beforeAll(async () => {
    stage = await setStage();
    await stage.call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' });
    const { body } = await stage.call('POST', '/v1/tenants/acme/owner-tokens', { name: 'owner' });
    const inAcme = (path: string, terms: unknown) =>
      stage.call('POST', path, terms, { authorization: `Bearer ${body.token}` });
    await inAcme('/v1/users', { email: EMAIL, name: 'Eve', password: PASSWORD });
    const application = await inAcme('/v1/applications', {
      name: 'Books',
      grantTypes: ['authorization_code'],
      redirectUris: [CALLBACK],
      resources: [RESOURCE],
      scopes: ['demo:read'],
    });
    const verifier = client.randomPKCECodeVerifier();
    signInUrl = client.buildAuthorizationUrl(await configurationOf(stage, application.body), {
      redirect_uri: CALLBACK,
      scope: 'openid demo:read',
      resource: RESOURCE,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
  });
  afterAll(() => stage.stop());

  const tell = (step: 'suspend' | 'resume') =>
    stage.call('POST', `/v1/tenants/acme/${step}`, { reason: 'unpaid' });

  it('are told so where they sign in, wherever on the way they are, and get in when it is resumed', async () => {
    const browser = new Browser(stage.url);
    const login = await browser.visit(signInUrl);
    expect(login.html).toContain('name="password"');
    await tell('suspend');
    const form = { email: EMAIL, password: PASSWORD };
    expect(told(await browser.submit(login, form, 'password'))).toEqual(CLEARLY);
    expect(told(await browser.visit(login.url))).toEqual(CLEARLY);
    expect(told(await new Browser(stage.url).visit(signInUrl))).toEqual(CLEARLY);
    await tell('resume');
    const { url } = await new Browser(stage.url).signInAndAllow(signInUrl, EMAIL);
    expect(url.searchParams.get('code')).not.toBeNull();
  });

  it('are told so on their account pages, signed in or not', async () => {
    const browser = new Browser(stage.url);
    const login = await browser.visit('/account/acme');
    const account = await browser.submit(login, { email: EMAIL, password: PASSWORD }, 'password');
    expect([account.status, account.url.pathname]).toEqual([200, '/account/acme']);
    const stranger = new Browser(stage.url);
    const open = await stranger.visit('/account/acme');
    await tell('suspend');
    expect(told(await browser.visit('/account/acme'))).toEqual(CLEARLY);
    expect(told(await stranger.visit('/account/acme'))).toEqual(CLEARLY);
    expect(told(await stranger.visit(open.url))).toEqual(CLEARLY);
    expect(told(await stranger.visit('/account/acme/password-reset'))).toEqual(CLEARLY);
    expect((await stranger.visit('/account/default')).html).toContain('name="password"');
    await tell('resume');
    expect((await browser.visit('/account/acme')).html).toContain(EMAIL);
  });
});
