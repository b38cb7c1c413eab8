import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { Browser } from './browser.js';
import { PASSWORD, RESOURCE, type Stage, setStage } from './stage.js';

const insecure = { [oauth.allowInsecureRequests]: true };

describe('device flow (RFC 8628), with oauth4webapi', () => {
  let stage: Stage;
  let as: oauth.AuthorizationServer;
  let device: oauth.Client;

  beforeAll(async () => {
    stage = await setStage();
    const url = new URL(stage.url);
    as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
    const { id } = await stage.register({
      name: 'Television',
      authentication: 'public',
      grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    });
    device = { client_id: id };
  });
  afterAll(() => stage.stop());

  const begin = async () => {
    const parameters = new URLSearchParams({
      scope: 'openid offline_access demo:read',
      resource: RESOURCE,
      prompt: 'consent',
    });
    const answer = await oauth.deviceAuthorizationRequest(as, device, oauth.None(), parameters, insecure);
    return oauth.processDeviceAuthorizationResponse(as, device, answer);
  };
  const poll = async (code: string) => {
    const answer = await oauth.deviceCodeGrantRequest(as, device, oauth.None(), code, insecure);
    return oauth.processDeviceCodeResponse(as, device, answer);
  };
  /** What the person does with the code, in her own browser. */
  async function enter(userCode: string, decide: 'Yes' | 'No') {
    const browser = new Browser(stage.url);
    let page = await browser.visit((as['verification_uri'] as string) ?? '/oauth/device');
    page = await browser.submit(page, { user_code: userCode }, 'user_code');
    if (!page.html.includes('Is this your device?')) return page;
    page = await browser.submit(page, decide === 'Yes' ? {} : { abort: 'yes' }, 'confirm');
    if (decide === 'No') return page;
    page = await browser.submit(page, { email: stage.user.email, password: PASSWORD }, 'password');
    return page.html.includes('>Allow<') ? browser.submit(page, {}, 'Allow') : page;
  }

  it('waits for the person, then gives the device its tokens', async () => {
    const { device_code: code, user_code: userCode } = await begin();
    await expect(poll(code)).rejects.toMatchObject({ error: 'authorization_pending' });
    const page = await enter(userCode, 'Yes');
    expect(page.html).toContain('Your device is connected');
    const tokens = await poll(code);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: stage.user.id, scope: 'demo:read' });
    expect(tokens.refresh_token).toEqual(expect.any(String));
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.at(-1)?.data).toMatchObject({ grantType: 'urn:ietf:params:oauth:grant-type:device_code' });
    await expect(poll(code)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('gives one of 100 polls at the same moment the tokens', async () => {
    const { device_code: code, user_code: userCode } = await begin();
    await enter(userCode, 'Yes');
    const polls = await Promise.allSettled(Array.from({ length: 100 }, () => poll(code)));
    expect(polls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('tells the device when the person says no', async () => {
    const { device_code: code, user_code: userCode } = await begin();
    await enter(userCode, 'No');
    await expect(poll(code)).rejects.toMatchObject({ error: 'access_denied' });
  });

  it('knows no code that nobody was given', async () => {
    const page = await enter('BBBB-BBBB', 'Yes');
    expect(page.html).toContain('role="alert"');
  });
});
