import { IdentityProviderView } from '@gatehouse/contracts';
import { freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '../oauth/browser.js';
import { type Stage, setStage } from '../oauth/stage.js';
import { ACCOUNT, enrolApp, newPerson } from './account.js';
import { type Person, startOutsideProvider } from './outside-provider.js';

const person = (name: string, verified = true): Person => ({
  sub: `sub-of-${name}`,
  email: `${name}@example.com`,
  email_verified: verified,
  name: name.toUpperCase(),
});

const buttonOf = (page: Page, name = 'Acme') =>
  new RegExp(`href="([^"]+)">Sign in with ${name}<`).exec(page.html)?.[1] ?? 'no button';

describe('signing in at an outside provider', () => {
  let stage: Stage;
  let outside: Awaited<ReturnType<typeof startOutsideProvider>>;
  let provider: IdentityProviderView;

  const terms = () => ({
    name: 'Acme',
    issuer: outside.url,
    clientId: 'gatehouse',
    clientSecret: 'outside-secret',
    createUsers: true,
  });
  const add = (more: object = {}) => stage.call('POST', '/v1/identity-providers', { ...terms(), ...more });

  beforeAll(async () => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    outside = await startOutsideProvider(`${origin}/interaction/callback`);
    stage = await setStage({ PORT: `${port}`, PUBLIC_URL: origin, PEERS_ON_LOOPBACK: 'true' });
    provider = IdentityProviderView.parse((await add()).body);
  });
  afterAll(async () => {
    await stage.stop();
    await outside.stop();
  });

  /** As far as the provider's answer. */
  async function answered(who: Person, browser = new Browser(stage.url)) {
    outside.signsIn(who);
    const away = await browser.visit(buttonOf(await browser.visit(ACCOUNT)));
    const { url: back } = await new Browser(outside.url).visit(away.url);
    return { browser, away: away.url, back };
  }
  async function signIn(who: Person): Promise<{ browser: Browser; page: Page }> {
    const { browser, back } = await answered(who);
    return { browser, page: await browser.visit(back) };
  }
  const signIns = async () => (await stage.events('sign-in.succeeded.v1')).map(({ data }) => data);

  it('makes an account for somebody new whose address is verified, and finds it again', async () => {
    expect((await signIn(person('newcomer'))).page.html).toContain('Your account');
    const first = (await signIns()).at(-1)!;
    expect(first).toMatchObject({ methods: ['identity-provider'], acr: 'urn:gatehouse:aal1' });
    const { body } = await stage.call('GET', `/v1/users/${String(first['userId'])}`);
    expect(body).toMatchObject({ email: 'newcomer@example.com', name: 'NEWCOMER' });
    await signIn({ ...person('newcomer'), email: 'moved@example.com' });
    expect((await signIns()).at(-1)?.['userId']).toBe(first['userId']);
    const linked = await stage.events('identity-provider.linked.v1');
    expect(linked.at(-1)?.data).toEqual({ identityProviderId: provider.id, userId: first['userId'] });
    expect(JSON.stringify(linked)).not.toContain('sub-of-newcomer');
  });

  it('asks the provider with state, nonce and PKCE', async () => {
    const { away, back } = await answered(person('asked'));
    const { state, nonce, code_challenge: challenge, ...rest } = Object.fromEntries(away.searchParams);
    expect(rest).toMatchObject({ code_challenge_method: 'S256', response_type: 'code' });
    for (const secret of [state, nonce, challenge]) expect(secret?.length).toBeGreaterThanOrEqual(43);
    expect(back.searchParams.get('iss')).toBe(outside.url);
  });

  it('lets nobody in by her address alone; by her subject, once an administrator has said who it is', async () => {
    const { id, email } = await newPerson(stage, 'known');
    const { page } = await signIn(person('known'));
    expect([page.status, page.html]).toEqual([400, expect.stringContaining('has an account here already')]);
    const link = { userId: id, subject: 'sub-of-known' };
    const path = `/v1/identity-providers/${provider.id}/links`;
    for (const status of [204, 204]) expect((await stage.call('POST', path, link)).status).toBe(status);
    expect((await stage.call('POST', path, { ...link, userId: stage.user.id })).status).toBe(409);
    expect((await signIn(person('known'))).page.html).toContain(email);
    await enrolApp(stage, email);
    expect((await signIn(person('known'))).page.html).toContain('One more step');
    await stage.call('POST', `/v1/users/${id}/disable`, { reason: 'left' });
    expect((await signIn(person('known'))).page.html).toContain('no account here');
  });

  it('makes no account on an address that is not verified', async () => {
    const { page } = await signIn(person('unverified', false));
    expect([page.status, page.html]).toEqual([400, expect.stringContaining('no account here')]);
  });

  it.each([
    ['names another issuer (RFC 9207)', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['names no issuer', (url: URL) => url.searchParams.delete('iss')],
    ['has another code', (url: URL) => url.searchParams.set('code', 'made-up')],
    ['is an error', (url: URL) => url.searchParams.set('error', 'access_denied')],
  ])('refuses an answer that %s', async (_what, change) => {
    const { browser, back } = await answered(person('tricked'));
    change(back);
    const page = await browser.visit(back);
    expect([page.status, page.html]).toEqual([400, expect.stringContaining('did not work')]);
  });

  it('takes an answer once, and only from the browser that was sent', async () => {
    const { browser, back } = await answered(person('victim'));
    const attacker = new Browser(stage.url);
    await attacker.visit(ACCOUNT);
    expect((await attacker.visit(back)).html).toContain('no longer in use');
    expect((await browser.visit(back)).html).toContain('Your account');
    expect((await browser.visit(back)).html).toContain('no longer in use');
    const unknown = new URL(back);
    unknown.searchParams.set('state', 'made-up');
    expect((await browser.visit(unknown)).status).toBe(400);
  });

  it('keeps the client secret to itself', async () => {
    const { body } = await stage.call('GET', `/v1/identity-providers/${provider.id}`);
    expect(body).toEqual(provider);
    const [{ found }] = await stage.dataSource.query(
      `select (select count(*) from identity_provider p where p::text like '%outside-secret%')
            + (select count(*) from events e where e::text like '%outside-secret%') as found`,
    );
    expect(Number(found)).toBe(0);
  });

  it.each([
    [{ issuer: 'https://169.254.169.254' }, 'issuer'],
    [{ issuer: 'http://id.example' }, 'issuer'],
    [{ issuer: 'https://id.example/?x' }, 'issuer'],
    [{ scopes: ['email'] }, 'scopes'],
    [{ clientSecret: '' }, 'clientSecret'],
  ])('refuses a provider with %j', async (more, field) => {
    const answer = await add(more);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, field]);
  });

  it('says when a provider cannot be reached or is not who it says, and is offered no more once removed', async () => {
    const { body: away } = await add({ name: 'Away', issuer: `http://127.0.0.1:${await freePort()}` });
    const { body: liar } = await add({ name: 'Liar', issuer: `${outside.url}/another-name` });
    for (const name of ['Away', 'Liar']) {
      const browser = new Browser(stage.url);
      const page = await browser.visit(buttonOf(await browser.visit(ACCOUNT), name));
      expect([page.status, page.html]).toEqual([400, expect.stringContaining('cannot be reached')]);
    }
    for (const { id } of [away, liar, provider])
      expect((await stage.call('DELETE', `/v1/identity-providers/${id}`)).status).toBe(204);
    expect((await new Browser(stage.url).visit(ACCOUNT)).html).not.toContain('Sign in with');
    expect(await stage.dataSource.query('select 1 from identity_link')).toEqual([]);
  });

  it('has ten providers a tenant at most', async () => {
    for (let n = 0; n < 10; n++) expect((await add({ name: `P${n}` })).status).toBe(201);
    expect((await add()).body.errors[0].field).toBe('name');
  });
});
