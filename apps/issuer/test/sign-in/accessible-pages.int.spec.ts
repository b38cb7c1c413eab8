import { freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import * as client from 'openid-client';
import type { Browser, Page } from 'playwright-core';
import { CALLBACK, PASSWORD, type Stage, setStage } from '../oauth/stage.js';
import { configurationOf } from '../oauth/signed-in.js';
import { ACCOUNT } from './account.js';
import { openBrowser, visitor } from './chromium-page.js';

/** WCAG 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe-core finds wrong with the page as it is drawn, as "rule: element". */
async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const options: RunOptions = { runOnly: { type: 'tag', values: RULES } };
  const { violations, passes } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  expect(passes.length).toBeGreaterThan(5); // it did look
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe('pages that people sign in by', () => {
  let stage: Stage;
  let browser: Browser;
  let origin: string;
  let config: client.Configuration;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`;
    stage = await setStage({ PORT: `${port}`, PUBLIC_URL: origin });
    browser = await openBrowser();
    config = await configurationOf({ ...stage, url: origin }, await stage.registerWeb());
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.stop();
  });

  it('have no barrier that axe-core finds: sign-in, refusal, consent, device, account', async () => {
    const who = await visitor(browser);
    const { page } = who;
    const verifier = client.randomPKCECodeVerifier();
    const authorize = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid offline_access',
      prompt: 'consent',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const signIn = async (password: string) => {
      await page.fill('#email', stage.user.email);
      await page.fill('#password', password);
      await page.click('button:text-is("Sign in")');
    };
    await page.goto(authorize.href);
    expect(await barriersOn(page)).toEqual([]);
    await signIn('not her password');
    await page.waitForSelector('[role=alert]');
    expect(await barriersOn(page)).toEqual([]);
    await signIn(PASSWORD);
    await page.waitForSelector('button:text-is("Allow")');
    expect(await barriersOn(page)).toEqual([]);
    await page.goto(`${origin}/oauth/device`);
    expect(await barriersOn(page)).toEqual([]);
    await page.goto(origin + ACCOUNT);
    if (await page.locator('#password').count()) await signIn(PASSWORD);
    await page.waitForSelector('#passkey-name');
    expect(await barriersOn(page)).toEqual([]);
    expect(who.complaints).toEqual([]);
    await who.leave();
  });
});
