import { freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Browser } from 'playwright-core';
import { CALLBACK, PASSWORD, type Stage, setStage } from '../oauth/stage.js';
import { configurationOf } from '../oauth/signed-in.js';
import { ACCOUNT, newPerson } from './account.js';
import { openBrowser, plugIn, type Visitor, visitor } from './chromium-page.js';

const typePassword = async ({ page }: Visitor, email: string) => {
  await page.fill('#email', email);
  await page.fill('#password', PASSWORD);
  await page.click('button:text-is("Sign in")');
};
const signOut = ({ page }: Visitor) => page.context().clearCookies();
/** Signs in by the passkey button; where it leads back to is not there, and need not be. */
const signInWith = async ({ page }: Visitor, label: string): Promise<URL> => {
  await page.click(`button:text-is("${label}")`);
  const back = page.waitForRequest((request) => request.url().startsWith(CALLBACK));
  await page.click('button:text-is("Allow")');
  return new URL((await back).url());
};

describe('passkeys, in Chromium with a virtual authenticator', () => {
  let stage: Stage;
  let browser: Browser;
  let origin: string;
  let config: client.Configuration;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`; // WebAuthn §5.1.2: an address is no relying party
    stage = await setStage({ PORT: `${port}`, PUBLIC_URL: origin });
    browser = await openBrowser();
    config = await configurationOf({ ...stage, url: origin }, await stage.registerWeb());
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await stage?.stop();
  });

  const verifier = client.randomPKCECodeVerifier();
  const authorize = async () =>
    client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
  /** Somebody who has just added a passkey on her account page. */
  const withPasskey = async (name: string) => {
    const person = await newPerson(stage, name);
    const who = await visitor(browser);
    await who.page.goto(origin + ACCOUNT);
    await typePassword(who, person.email);
    await who.page.fill('#passkey-name', 'Laptop');
    await who.page.click('button:text-is("Add a passkey")');
    await who.page.waitForSelector('text=Passkey “Laptop”');
    return { ...person, who };
  };

  it('sign in without a name or a password, as two factors', async () => {
    const { id, who } = await withPasskey('ada-lovelace');
    await signOut(who);
    await who.page.goto((await authorize()).href);
    const back = await signInWith(who, 'Sign in with a passkey');
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
    expect(tokens.claims()).toMatchObject({
      sub: id,
      acr: 'urn:gatehouse:aal2',
      amr: ['pop', 'user', 'mfa'],
    });
    expect(who.complaints).toEqual([]);
    const { body } = await stage.call('GET', `/v1/users/${id}/factors`);
    expect(body.items).toEqual([
      expect.objectContaining({ kind: 'passkey', name: 'Laptop', lastUsedAt: expect.any(String) }),
    ]);
    await who.leave();
  });

  it('are asked for after a password too', async () => {
    const { email, who } = await withPasskey('emmy');
    await signOut(who);
    await who.page.goto((await authorize()).href);
    await typePassword(who, email);
    await who.page.waitForSelector('text="One more step"');
    const back = await signInWith(who, 'Use a passkey');
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
    expect(tokens.claims()?.['amr']).toEqual(['pwd', 'pop', 'user', 'mfa']);
    await who.leave();
  });

  it('of somebody else do not complete a sign-in', async () => {
    const { who } = await withPasskey('mallory');
    const victim = await newPerson(stage, 'victim');
    await stage.dataSource.query(
      `insert into passkey (id, user_id, tenant, credential_id, public_key, counter, transports, name)
       values ('fac_x', $1, 'default', 'x', '', 0, '{}', 'x')`,
      [victim.id],
    );
    await signOut(who);
    await who.page.goto((await authorize()).href);
    await typePassword(who, victim.email);
    await who.page.click('button:text-is("Use a passkey")');
    await who.page.waitForSelector('[role=alert]');
    expect(await who.page.textContent('h1')).toBe('One more step');
    await who.leave();
  });

  it('answer a challenge once', async () => {
    const { who } = await withPasskey('replayed');
    await signOut(who);
    await who.page.goto((await authorize()).href);
    await who.page.route('**/passkey', (route) => route.abort());
    const [sent] = await Promise.all([
      who.page.waitForRequest('**/passkey'),
      who.page.click('button:text-is("Sign in with a passkey")'),
    ]);
    const post = () =>
      who.page.context().request.post(sent.url(), {
        data: sent.postData() ?? '',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        maxRedirects: 0,
      });
    expect((await post()).status()).toBe(303);
    expect((await post()).status()).toBe(400);
    await who.leave();
  });

  it('that were copied are refused: their counter does not grow', async () => {
    const { id, who } = await withPasskey('copied');
    await stage.dataSource.query('update passkey set counter = 1000 where user_id = $1', [id]);
    await signOut(who);
    await who.page.goto((await authorize()).href);
    await who.page.click('button:text-is("Sign in with a passkey")');
    await who.page.waitForSelector('[role=alert]');
    const failures = (await stage.events('sign-in.failed.v1')).filter(({ data }) => data['userId'] === id);
    expect(failures.map(({ data }) => data['reason'])).toEqual(['passkey-refused']);
    await who.leave();
  });

  it('need the person herself: without her finger nothing is sent, and the page is as before', async () => {
    const { who } = await withPasskey('absent');
    const { session, id } = who.authenticator;
    await session.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
    await signOut(who);
    await who.page.goto((await authorize()).href);
    await who.page.click('button:text-is("Sign in with a passkey")');
    await who.page.waitForSelector('button:focus:has-text("Sign in with a passkey")');
    expect(await who.page.textContent('h1')).toBe('Sign in');
    await who.leave();
  });

  it('can be several, one for each device', async () => {
    const { id, who } = await withPasskey('many-devices');
    await who.authenticator.session.send('WebAuthn.removeVirtualAuthenticator', {
      authenticatorId: who.authenticator.id,
    });
    await plugIn(who.authenticator.session);
    await who.page.fill('#passkey-name', 'Phone');
    await who.page.click('button:text-is("Add a passkey")');
    await who.page.waitForSelector('text=Passkey “Phone”');
    const { body } = await stage.call('GET', `/v1/users/${id}/factors`);
    expect(body.items.map((item: { name: string }) => item.name)).toEqual(['Laptop', 'Phone']);
    await who.leave();
  });
});
