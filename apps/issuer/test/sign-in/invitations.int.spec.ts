import { type InviteBody, IssuedInvitation } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LapsedInvitations } from '../../src/people/invitations/lapsed-invitations.js';
import { Browser, type Page } from '../oauth/browser.js';
import { PASSWORD, type Stage, setStage } from '../oauth/stage.js';
import type { Answer } from '../start-issuer.js';

const short = ({ status, body }: Answer): string => `${status} ${body?.code ?? ''}`.trim();

describe('invitations', () => {
  let stage: Stage;
  let owner: string;
  let inviter: string;

  beforeAll(async () => {
    stage = await setStage();
    const { body } = await stage.call('POST', '/v1/tenants/default/owner-tokens', { name: 'owner' });
    owner = String(body.token);
    const terms = { name: 'inviter', scopes: ['members:write', 'members:read'] };
    inviter = String((await as(owner, 'POST', '/v1/tokens', terms)).body.token);
  });
  afterAll(() => stage.stop());

  const as = (token: string, method: string, path: string, terms?: unknown) =>
    stage.call(method, path, terms, { authorization: `Bearer ${token}` });
  const send = (email: string, terms: Partial<InviteBody> = {}, token = owner) =>
    as(token, 'POST', '/v1/invitations', { email, name: 'Grace', role: 'developer', ...terms });
  const invite = async (email: string, terms?: Partial<InviteBody>) => {
    const { url, ...view } = IssuedInvitation.parse((await send(email, terms)).body);
    return { ...view, link: new URL(url), code: new URL(url).hash.slice(1) };
  };
  type Invited = Awaited<ReturnType<typeof invite>>;
  const accept = async (
    { link, code }: Pick<Invited, 'link' | 'code'>,
    password = PASSWORD,
  ): Promise<Page> => {
    const browser = new Browser(stage.url);
    return browser.submit(await browser.visit(link), { code, password }, 'name="code"');
  };
  const listed = async () =>
    (await as(owner, 'GET', '/v1/invitations')).body.items.map(({ id }: { id: string }) => id);
  const OVER = 'This invitation was accepted or revoked';

  it('make somebody a user with a role, by a link that works once', async () => {
    const { id, link, code, ...invited } = await invite('grace@example.com');
    expect(invited).toMatchObject({ email: 'grace@example.com', role: 'developer', status: 'open' });
    expect(await listed()).toContain(id);
    const done = await accept({ link, code });
    expect([done.status, done.html.includes('Welcome')]).toEqual([200, true]);
    expect(await listed()).not.toContain(id);
    const [joined] = (await stage.events('invitation.accepted.v1')).filter(
      ({ stream_id }) => stream_id === id,
    );
    const userId = String(joined.data['userId']);
    expect((await as(owner, 'GET', `/v1/users/${userId}`)).body).toMatchObject({ name: 'Grace' });
    expect((await as(owner, 'GET', `/v1/members/${userId}`)).body).toMatchObject({
      role: 'developer',
      givenBy: `invitation:${id}`,
    });
    const browser = new Browser(stage.url);
    const login = await browser.visit('/account/default');
    const account = await browser.submit(
      login,
      { email: 'grace@example.com', password: PASSWORD },
      'password',
    );
    expect(account.html).toContain('grace@example.com');
    expect((await accept({ link, code })).html).toContain(OVER);
  });

  it('are accepted by one of many at once', async () => {
    const invitation = await invite('many@example.com');
    const pages = await Promise.all(Array.from({ length: 5 }, () => accept(invitation)));
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('are not used up by a password that is refused', async () => {
    const invitation = await invite('careless@example.com');
    expect((await accept(invitation, 'short')).html).toContain('12 to 128 characters');
    expect((await accept(invitation, 'careless@example.com')).html).toContain('Others would guess');
    expect((await accept(invitation)).status).toBe(200);
  });

  it('that are revoked or have expired let nobody in, and whom they were for is forgotten', async () => {
    const [revoked, expired] = [await invite('not@example.com'), await invite('late@example.com')];
    for (let twice = 0; twice < 2; twice++)
      expect((await as(owner, 'DELETE', `/v1/invitations/${revoked.id}`)).status).toBe(204);
    await stage.dataSource.query("update invitation set expires_at = now() - interval '1 s' where id = $1", [
      expired.id,
    ]);
    expect((await as(owner, 'GET', `/v1/invitations/${expired.id}`)).body.status).toBe('expired');
    for (const over of [revoked, expired]) {
      const page = await accept(over);
      expect([page.status, page.html.includes(OVER)]).toEqual([400, true]);
    }
    await stage.get(LapsedInvitations).forgetAll(); // not yet: the inviter may see for a day that it has expired
    expect((await as(owner, 'GET', `/v1/invitations/${expired.id}`)).status).toBe(200);
    await stage.dataSource.query(
      "update invitation set expires_at = now() - interval '1 day' where id = $1",
      [expired.id],
    );
    await stage.get(LapsedInvitations).forgetAll();
    expect(short(await as(owner, 'GET', `/v1/invitations/${expired.id}`))).toBe('404 not-found');
    const keys = await stage.dataSource.query('select from personal_key where subject_id = any($1)', [
      [revoked.id, expired.id],
    ]);
    expect(keys).toEqual([]);
  });

  it('are for people who are not there yet, with a role that the inviter could give', async () => {
    expect(short(await send(stage.user.email))).toBe('409 conflict');
    expect(short(await send('mighty@example.com', { role: 'owner' }, inviter))).toBe(
      '403 scope-not-grantable',
    );
    const invitation = await invite('early@example.com');
    await stage.call('POST', '/v1/users', { email: 'early@example.com', name: 'E', password: PASSWORD });
    expect((await accept(invitation)).html).toContain('Somebody has an account with this address');
    expect(short(await send('soon@example.com', { ttlSeconds: 1 }))).toBe('400 body-invalid');
  });

  it('keep codes, names and addresses to themselves', async () => {
    const { code } = await invite('secret@example.com', { name: 'Secretiva' });
    for (const word of [code, 'secret@example.com', 'Secretiva']) {
      const [{ found }] = await stage.dataSource.query(
        `select (select count(*) from events e where e::text like $1)
            + (select count(*) from invitation i where i::text like $1)
            + (select count(*) from invitation_code c where c::text like $1) as found`,
        [`%${word}%`],
      );
      expect([word, Number(found)]).toEqual([word, 0]);
    }
  });

  it('of one tenant are of no use in another', async () => {
    await stage.call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' });
    const { code } = await invite('astray@example.com');
    const link = new URL('/account/acme/invitation', stage.url);
    expect((await accept({ link, code })).html).toContain(OVER);
  });
});
