import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { Browser, type Page } from './browser.js';
import { CALLBACK, PASSWORD, RESOURCE, type Stage, setStage } from './stage.js';
import { configurationOf } from './signed-in.js';

const expectSafe = ({ headers, html }: Page) => {
  const policy = headers.get('content-security-policy');
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action /);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(html).not.toContain('<script');
  expect(html).toContain('<html lang="en">');
};

describe('the pages people see', () => {
  let stage: Stage;
  let config: client.Configuration;

  beforeAll(async () => {
    stage = await setStage();
    config = await configurationOf(stage, await stage.registerWeb({ name: '<script>alert("x")</script>' }));
  });
  afterAll(() => stage.stop());

  const start = (browser: Browser, more: Record<string, string> = {}) =>
    browser.visit(
      client.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'openid demo:read',
        resource: RESOURCE,
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
        ...more,
      }),
    );
  const newPerson = async (email: string) => {
    const { body } = await stage.call('POST', '/v1/users', { email, name: 'X', password: PASSWORD });
    return { id: String(body.id), email };
  };

  it('show what an application calls itself as text, run no script and fit in no frame', async () => {
    await stage.call('PUT', '/v1/scopes/demo:read', { category: 'Demo', description: 'look <b>around</b>' });
    const browser = new Browser(stage.url);
    const login = await start(browser, { login_hint: '"><img src=x>' });
    expectSafe(login);
    expect(login.html).not.toContain('<img');
    const consent = await browser.submit(login, { email: stage.user.email, password: PASSWORD }, 'password');
    expect(consent.html).toContain('demo:read (look &#60;b&#62;around&#60;/b&#62;) at https://api.example');
    expectSafe(consent);
    expectSafe(await browser.visit('/oauth/device'));
    expectSafe(await browser.visit('/oauth/logout'));
    expectSafe(await browser.visit('/oauth/authorize?client_id=nobody'));
  });

  it('label every field', async () => {
    const { html } = await start(new Browser(stage.url));
    const fields = [...html.matchAll(/<input id="([^"]+)"/g)].map((match) => match[1]);
    expect(fields).toEqual(['email', 'password']);
    for (const field of fields) expect(html).toContain(`<label for="${field}">`);
  });

  it('let forms lead to the application and nowhere else', async () => {
    const { headers } = await start(new Browser(stage.url));
    expect(headers.get('content-security-policy')).toContain("form-action 'self' https://client.example;");
  });

  it('say the same of a wrong password and of nobody', async () => {
    const browser = new Browser(stage.url);
    const page = await start(browser);
    const wrong = await browser.submit(
      page,
      { email: (await newPerson('w@example.com')).email, password: 'x' },
      'password',
    );
    const nobody = await browser.submit(page, { email: 'nobody@example.com', password: 'x' }, 'password');
    expect([wrong.status, nobody.status]).toEqual([400, 400]);
    expect(wrong.html.replace('w@example.com', '')).toBe(nobody.html.replace('nobody@example.com', ''));
    expect(wrong.html).toContain('role="alert"');
  });

  it('lock out who guesses, even with the right guess, and let in again after the wait', async () => {
    const { id, email } = await newPerson('locked@example.com');
    const browser = new Browser(stage.url);
    const page = await start(browser);
    const attempt = async (password: string) =>
      (await browser.submit(page, { email, password }, 'password')).status;
    expect([await attempt('a'), await attempt('b'), await attempt('c')]).toEqual([400, 400, 400]);
    expect(await attempt(PASSWORD)).toBe(429);
    await stage.dataSource.query('update user_password set locked_until = now() where user_id = $1', [id]);
    expect(await attempt(PASSWORD)).toBe(200);
  });

  it('count guesses in parallel each', async () => {
    const { id, email } = await newPerson('parallel@example.com');
    const browser = new Browser(stage.url);
    const page = await start(browser);
    const guesses = Array.from({ length: 30 }, (_, i) =>
      browser.submit(page, { email, password: `${i}` }, 'password'),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    const checked = statuses.filter((status) => status === 400).length;
    const [{ failed }] = await stage.dataSource.query(
      'select failed_attempts as failed from user_password where user_id = $1',
      [id],
    );
    expect(failed).toBe(checked);
    // Three are free; each later one has to wait out a lock of seconds, so few more fit in.
    expect(checked).toBeGreaterThanOrEqual(3);
    expect(checked).toBeLessThanOrEqual(6);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30 - checked);
  });

  it('take a form from their own origin and browser alone', async () => {
    const browser = new Browser(stage.url);
    const page = await start(browser);
    const fields = new URLSearchParams({ email: stage.user.email, password: PASSWORD });
    const action = `${page.url.href}/login`;
    const foreign = await browser.visit(action, {
      method: 'POST',
      body: fields,
      headers: { origin: 'https://evil.example' },
    });
    expect([foreign.status, foreign.html]).toEqual([400, expect.stringContaining('no longer in use')]);
    const another = await new Browser(stage.url).visit(action, { method: 'POST', body: fields });
    expect(another.status).toBe(400);
  });

  it('do not let a step be skipped', async () => {
    const browser = new Browser(stage.url);
    const page = await start(browser);
    const skipped = await browser.visit(`${page.url.href}/consent`, {
      method: 'POST',
      body: new URLSearchParams(),
    });
    expect(skipped.status).toBe(400);
  });

  it('ask a person of another tenant to sign in', async () => {
    const browser = new Browser(stage.url);
    await browser.signInAndAllow((await start(browser)).url, stage.user.email);
    await stage.dataSource.query(`update person set tenant = 'other' where id = $1`, [stage.user.id]);
    const page = await start(browser);
    await stage.dataSource.query(`update person set tenant = 'default' where id = $1`, [stage.user.id]);
    expect(page.html).toContain('name="password"');
  });
});
