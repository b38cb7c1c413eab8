import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { Browser, type Page } from '../oauth/browser.js';
import { configurationOf } from '../oauth/signed-in.js';
import { CALLBACK, PASSWORD, RESOURCE, type Stage, setStage } from '../oauth/stage.js';
import { ACCOUNT, enrolApp, newPerson, openAccount } from './account.js';

const [ONE_FACTOR, TWO_FACTORS] = ['urn:gatehouse:aal1', 'urn:gatehouse:aal2'];

const allow = (browser: Browser, page: Page) =>
  page.html.includes('>Allow<') ? browser.submit(page, {}, 'Allow') : page;

describe('a second factor', () => {
  let stage: Stage;
  let config: client.Configuration;

  beforeAll(async () => {
    stage = await setStage();
    config = await configurationOf(stage, await stage.registerWeb());
  });
  afterAll(() => stage.stop());

  const verifier = client.randomPKCECodeVerifier();
  const authorize = async (more: Record<string, string> = {}) =>
    client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid demo:read',
      resource: RESOURCE,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...more,
    });
  const withPassword = async (browser: Browser, email: string, more?: Record<string, string>) =>
    browser.submit(await browser.visit(await authorize(more)), { email, password: PASSWORD }, 'password');
  const tokensOf = async (page: Page, max?: { maxAge: number }) =>
    client.authorizationCodeGrant(config, page.url, { pkceCodeVerifier: verifier, ...max });
  const eventsOf = async (type: string, userId: string) =>
    (await stage.events(type)).map(({ data }) => data).filter((data) => data['userId'] === userId);

  it('is asked for after the password once it is set up, and shows in the ID token and the access token', async () => {
    const { id, email } = await newPerson(stage, 'grace');
    const { app } = await enrolApp(stage, email);
    const browser = new Browser(stage.url);
    const second = await withPassword(browser, email);
    expect(second.html).toContain('One more step');
    const page = await browser.submit(second, { code: app.code() }, 'code');
    const tokens = await tokensOf(await allow(browser, page));
    expect(tokens.claims()).toMatchObject({ sub: id, acr: TWO_FACTORS, amr: ['pwd', 'otp', 'mfa'] });
    const now = Date.now() / 1000;
    expect(tokens.claims()?.auth_time).toBeGreaterThan(now - 60);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ acr: TWO_FACTORS, amr: ['pwd', 'otp', 'mfa'] });
    expect(await eventsOf('sign-in.succeeded.v1', id)).toContainEqual(
      expect.objectContaining({ methods: ['password', 'totp'], acr: TWO_FACTORS }),
    );
  });

  it('lets nobody past without it, whatever page is asked for', async () => {
    const { email } = await newPerson(stage, 'hedy');
    await enrolApp(stage, email);
    const browser = new Browser(stage.url);
    const second = await withPassword(browser, email);
    const again = await browser.visit(second.url);
    expect(again.html).toContain('One more step');
    const account = await browser.visit(ACCOUNT);
    expect(account.html).toContain('name="password"');
  });

  it('takes a code of one step before or after, and of no other', async () => {
    const { id, email } = await newPerson(stage, 'mary');
    const { app } = await enrolApp(stage, email);
    await stage.dataSource.query('update totp_factor set last_step = 0 where user_id = $1', [id]);
    const browser = new Browser(stage.url);
    let page = await withPassword(browser, email);
    for (const steps of [-3, 3]) {
      page = await browser.submit(page, { code: app.codeAt(steps) }, 'code');
      expect([page.status, page.html.includes('did not work')]).toEqual([400, true]);
    }
    page = await browser.submit(page, { code: app.codeAt(1) }, 'code');
    expect(page.status).toBe(200);
  });

  it('takes a code once, also of many showing it at the same moment', async () => {
    const { id, email } = await newPerson(stage, 'joan');
    const { app } = await enrolApp(stage, email);
    const code = app.code();
    const browsers = Array.from({ length: 6 }, () => new Browser(stage.url));
    const pages: Page[] = [];
    for (const browser of browsers) pages.push(await withPassword(browser, email));
    // Locking out is another guarantee: here nobody waits.
    await stage.dataSource.query('insert into factor_attempt (user_id, failed) values ($1, -100)', [id]);
    const answers = await Promise.all(
      browsers.map((browser, i) => browser.submit(pages[i], { code }, 'code')),
    );
    const accepted = answers.filter(({ status }) => status === 200);
    expect(accepted).toHaveLength(1);
    const reasons = (await eventsOf('sign-in.failed.v1', id)).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['code-used']));
  });

  it('cannot be guessed: after three failures there is a wait, even for the right code', async () => {
    const { id, email } = await newPerson(stage, 'rosalind');
    const { app } = await enrolApp(stage, email);
    const browser = new Browser(stage.url);
    const page = await withPassword(browser, email);
    const attempt = async (code: string) => (await browser.submit(page, { code }, 'code')).status;
    expect([await attempt('000000'), await attempt('000001'), await attempt('x')]).toEqual([400, 400, 400]);
    const right = app.code();
    expect(await attempt(right)).toBe(429);
    await stage.dataSource.query('update factor_attempt set locked_until = now() where user_id = $1', [id]);
    expect(await attempt(right)).toBe(200);
    expect(await eventsOf('sign-in.failed.v1', id)).toHaveLength(3);
  });

  it('can be a recovery code, each once under parallel redemption, and ten in all', async () => {
    const { id, email } = await newPerson(stage, 'barbara');
    const { codes } = await enrolApp(stage, email);
    expect(new Set(codes).size).toBe(10);
    const kept = await stage.dataSource.query('select * from recovery_code');
    expect(JSON.stringify(kept)).not.toContain(codes[0].replaceAll('-', ''));
    await stage.dataSource.query('insert into factor_attempt (user_id, failed) values ($1, -100)', [id]);
    const browsers = Array.from({ length: 6 }, () => new Browser(stage.url));
    const pages: Page[] = [];
    for (const browser of browsers) pages.push(await withPassword(browser, email));
    const typed = codes[0].toUpperCase().replaceAll('-', ' ');
    const answers = await Promise.all(
      browsers.map((browser, i) => browser.submit(pages[i], { code: typed }, 'code')),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { body } = await stage.call('GET', `/v1/users/${id}/factors`);
    expect(body.items).toContainEqual(expect.objectContaining({ kind: 'recovery-codes', remaining: 9 }));
  });

  it('renewed, makes the recovery codes before worthless', async () => {
    const { email } = await newPerson(stage, 'ruth');
    const { browser: own, codes } = await enrolApp(stage, email);
    await own.submit(await own.visit(ACCOUNT), {}, 'recovery-codes');
    const browser = new Browser(stage.url);
    const page = await withPassword(browser, email);
    expect((await browser.submit(page, { code: codes[0] }, 'code')).status).toBe(400);
  });

  it('of an app is kept sealed', async () => {
    const { id, email } = await newPerson(stage, 'sealed');
    const { browser, page } = await openAccount(stage, email);
    const begun = await browser.submit(page, {}, 'totp/begin');
    const secret = /class="key">([^<]+)</.exec(begun.html)![1].replaceAll(' ', '');
    expect(begun.html).toContain('<svg');
    const [row] = await stage.dataSource.query('select * from totp_factor where user_id = $1', [id]);
    expect(row.sealed_secret.includes(Buffer.from(secret))).toBe(false);
    expect(row.confirmed_at).toBeNull();
    const wrong = await browser.submit(begun, { code: '000000' }, 'code');
    expect([wrong.status, wrong.html.includes('role="alert"')]).toEqual([400, true]);
  });

  it('is taken away by the person herself, or by an administrator of her tenant', async () => {
    const { id, email } = await newPerson(stage, 'dorothy');
    const { browser } = await enrolApp(stage, email);
    const page = await browser.submit(await browser.visit(ACCOUNT), {}, 'Authenticator app');
    expect(page.html).toContain('Set up an authenticator app');
    const { body } = await stage.call('GET', `/v1/users/${id}/factors`);
    const [codes] = body.items;
    const removed = await stage.call('DELETE', `/v1/users/${id}/factors/${codes.id}`);
    const again = await stage.call('DELETE', `/v1/users/${id}/factors/${codes.id}`);
    expect([removed.status, again.status, again.body.code]).toEqual([204, 404, 'not-found']);
    expect(await eventsOf('factor.removed.v1', id)).toEqual([
      expect.objectContaining({ kind: 'totp', reason: 'by-the-person' }),
      expect.objectContaining({ kind: 'recovery-codes', reason: 'by-an-administrator' }),
    ]);
    const plain = await allow(browser, await withPassword(browser, email)); // she was signed out everywhere
    expect((await tokensOf(plain)).claims()?.sub).toBe(id);
  });

  it('is asked for on top of a session when the application needs it (RFC 9470)', async () => {
    const { email } = await newPerson(stage, 'katherine');
    const browser = new Browser(stage.url);
    const first = await tokensOf(await allow(browser, await withPassword(browser, email)));
    expect(first.claims()).toMatchObject({ acr: ONE_FACTOR, amr: ['pwd'] });
    const { app } = await enrolApp(stage, email);
    const second = await browser.visit(await authorize({ acr_values: TWO_FACTORS }));
    expect(second.html).toContain('One more step');
    const raised = await browser.submit(second, { code: app.code() }, 'code');
    expect((await tokensOf(raised)).claims()).toMatchObject({ acr: TWO_FACTORS, amr: ['pwd', 'otp', 'mfa'] });
  });

  it('that nobody has ends in an error the application understands, not in a loop', async () => {
    const { email } = await newPerson(stage, 'nobody-has');
    const { url } = await withPassword(new Browser(stage.url), email, { acr_values: TWO_FACTORS });
    expect(url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('does not excuse from signing in again when the application wants it fresh', async () => {
    const { email } = await newPerson(stage, 'fresh');
    const browser = new Browser(stage.url);
    await allow(browser, await withPassword(browser, email));
    const page = await browser.visit(await authorize({ max_age: '0' }));
    expect(page.html).toContain('name="password"');
    const tokens = await tokensOf(await browser.submit(page, { email, password: PASSWORD }, 'password'), {
      maxAge: 60,
    });
    expect(tokens.claims()?.auth_time).toBeGreaterThan(Date.now() / 1000 - 60);
  });

  it('is set up on pages that label every field and take no form from elsewhere', async () => {
    const { id, email } = await newPerson(stage, 'labels');
    const { browser, page } = await openAccount(stage, email);
    const begun = await browser.submit(page, {}, 'totp/begin');
    for (const { html } of [page, begun])
      for (const [, field] of html.matchAll(/<input id="([^"]+)"/g))
        expect(html).toContain(`<label for="${field}">`);
    await browser.visit(`${ACCOUNT}/recovery-codes`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: new URLSearchParams(),
    });
    const { body } = await stage.call('GET', `/v1/users/${id}/factors`);
    expect(body.items).toEqual([]);
  });

  it('of another tenant’s people is not there', async () => {
    const { id, email } = await newPerson(stage, 'elsewhere');
    await enrolApp(stage, email);
    const { body } = await stage.call('GET', `/v1/users/${id}/factors`);
    await stage.dataSource.query(`update person set tenant = 'other' where id = $1`, [id]);
    await stage.dataSource.query(`update totp_factor set tenant = 'other' where user_id = $1`, [id]);
    const read = await stage.call('GET', `/v1/users/${id}/factors`);
    const write = await stage.call('DELETE', `/v1/users/${id}/factors/${body.items[0].id}`);
    expect([read.status, read.body.code, write.status, write.body.code]).toEqual([
      404,
      'not-found',
      404,
      'not-found',
    ]);
  });
});

describe('a password', () => {
  it('known from breaches is refused where it is set', async () => {
    const stage = await setStage();
    const answer = await stage.call('POST', '/v1/users', {
      email: 'new@example.com',
      name: 'New',
      password: 'Password2026!!',
    });
    expect([answer.status, answer.body.code, answer.body.errors[0].field]).toEqual([
      400,
      'password-breached',
      'password',
    ]);
    await stage.stop();
  });
});
