import { PasswordReset } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '../oauth/browser.js';
import { PASSWORD, type Stage, setStage } from '../oauth/stage.js';
import { ACCOUNT, newPerson, openAccount } from './account.js';

const NEW = 'four unrelated words here';

describe('a password', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage.stop());

  const opens = async (email: string, password: string): Promise<boolean> => {
    const browser = new Browser(stage.url);
    const page = await browser.submit(await browser.visit(ACCOUNT), { email, password }, 'password');
    return page.html.includes('Your account');
  };
  const linkFor = async (id: string, body: object = {}) =>
    new URL(PasswordReset.parse((await stage.call('POST', `/v1/users/${id}/password-reset`, body)).body).url);
  const redeem = async (link: URL, password: string): Promise<Page> => {
    const browser = new Browser(stage.url);
    const page = await browser.visit(link.pathname);
    return browser.submit(page, { code: link.hash.slice(1), password }, 'new-password');
  };
  const means = async (id: string) =>
    (await stage.events('user.password-changed.v1'))
      .filter(({ stream_id }) => stream_id === id)
      .map(({ data }) => data['means']);

  it('is changed by who knows it, which signs her out everywhere else', async () => {
    const { id, email } = await newPerson(stage, 'changes');
    const elsewhere = await openAccount(stage, email);
    const { browser, page } = await openAccount(stage, email);
    const after = await browser.submit(page, { current: PASSWORD, password: NEW }, 'current');
    expect(after.html).toContain('Your account');
    expect((await elsewhere.browser.visit(ACCOUNT)).html).toContain('name="password"');
    expect([await opens(email, PASSWORD), await opens(email, NEW)]).toEqual([false, true]);
    expect(await means(id)).toEqual(['password']);
  });

  it.each([
    ['unknown', { current: 'not my password', password: NEW }, 'is another one'],
    ['breached', { current: PASSWORD, password: 'password12345' }, 'Others would guess'],
    ['named', { current: PASSWORD, password: 'named@example.com' }, 'Others would guess'],
    ['brief', { current: PASSWORD, password: 'short' }, '12 to 128 characters'],
  ])('stays as it is: %s', async (name, fields, why) => {
    const { id, email } = await newPerson(stage, name);
    const { browser, page } = await openAccount(stage, email);
    const after = await browser.submit(page, fields, 'current');
    expect([after.status, after.html]).toEqual([400, expect.stringContaining(why)]);
    expect(await opens(email, PASSWORD)).toBe(true);
    expect(await means(id)).toEqual([]);
  });

  it('is chosen anew by a one-time link, which ends a lock-out and all sessions', async () => {
    const { id, email } = await newPerson(stage, 'lost');
    const { browser } = await openAccount(stage, email);
    await stage.dataSource.query(
      "update user_password set failed_attempts = 9, locked_until = now() + interval '1 hour' where user_id = $1",
      [id],
    );
    const page = await redeem(await linkFor(id), NEW);
    expect(page.html).toContain('Your password is changed');
    expect((await browser.visit(ACCOUNT)).html).toContain('name="password"');
    expect(await opens(email, NEW)).toBe(true);
    expect(await means(id)).toEqual(['reset-link']);
  });

  it('is chosen once, of many attempts at the same time', async () => {
    const { id } = await newPerson(stage, 'parallel');
    const link = await linkFor(id);
    const pages = await Promise.all(Array.from({ length: 8 }, (_, n) => redeem(link, `${NEW} ${n} times`)));
    expect(pages.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array(7).fill(400)]);
    expect(await means(id)).toEqual(['reset-link']);
  });

  it('that others would guess uses up no link', async () => {
    const { id, email } = await newPerson(stage, 'guessable');
    const link = await linkFor(id);
    expect((await redeem(link, 'password12345')).html).toContain('Others would guess');
    expect((await redeem(link, NEW)).status).toBe(200);
    expect(await opens(email, NEW)).toBe(true);
  });

  it('is not chosen by a link that has expired, was replaced, is of another tenant or was made up', async () => {
    const { id, email } = await newPerson(stage, 'late');
    const replaced = await linkFor(id);
    const link = await linkFor(id);
    await stage.call('POST', '/v1/tenants', { id: 'elsewhere', name: 'Elsewhere' });
    const foreign = new URL(link.href.replace('/default/', '/elsewhere/'));
    const madeUp = new URL(`${link.href.slice(0, -4)}AAAA`);
    for (const bad of [replaced, foreign, madeUp]) expect((await redeem(bad, NEW)).status).toBe(400);
    await stage.dataSource.query("update password_reset set expires_at = now() - interval '1 s'");
    expect((await redeem(link, NEW)).html).toContain('has expired');
    expect(await opens(email, PASSWORD)).toBe(true);
  });

  it('leaves no trace of a link’s code in events or tables', async () => {
    const { id } = await newPerson(stage, 'traces');
    const code = (await linkFor(id)).hash.slice(1);
    const [{ found }] = await stage.dataSource.query(
      `select (select count(*) from events e where e::text like $1)
            + (select count(*) from password_reset r where r::text like $1) as found`,
      [`%${code}%`],
    );
    expect(Number(found)).toBe(0);
    expect((await stage.events('user.password-reset-allowed.v1')).at(-1)?.stream_id).toBe(id);
  });

  it.each([{ ttlSeconds: 299 }, { ttlSeconds: 86_401 }, { days: 1 }])('has no link with %j', async (body) => {
    const answer = await stage.call('POST', `/v1/users/${stage.user.id}/password-reset`, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'body-invalid']);
  });
});
