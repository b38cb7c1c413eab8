import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { enrolApp, newPerson } from '../sign-in/account.js';
import { Browser } from './browser.js';
import { codeOf, type MemberStage, plain, scope, setMemberStage } from './member-stage.js';
import { CALLBACK, PASSWORD } from './stage.js';

let stage: MemberStage;
let as: MemberStage['as'];
let owner: string;
beforeAll(async () => {
  stage = await setMemberStage();
  ({ as, owner } = stage);
});
afterAll(() => stage.stop());

describe('members of a tenant that asks for a second factor', () => {
  const policy = { secondFactorFor: ['tokens:write'], secondFactorMaxAgeSeconds: 600 };

  it('are told to sign in more strongly for what it names, and do so', async () => {
    const ada = await newPerson(stage, 'strong');
    await as(owner, 'POST', '/v1/members', { userId: ada.id, role: 'developer' });
    await as(owner, 'PATCH', '/v1/tenants/default', { policy });
    const weak = await stage.consoleTokens(ada);
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
    const url = client.buildAuthorizationUrl(stage.config, {
      redirect_uri: CALLBACK,
      scope,
      resource: stage.api,
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
    const strong = await client.authorizationCodeGrant(stage.config, back, {
      pkceCodeVerifier: verifier,
      maxAge: 600,
    });
    expect((await as(strong.access_token, 'POST', '/v1/tokens', plain)).status).toBe(201);
    expect((await as(owner, 'POST', '/v1/tokens', plain)).status).toBe(201); // an API token is no sign-in
    await as(owner, 'PATCH', '/v1/tenants/default', { policy: { secondFactorFor: [] } });
  });
});
