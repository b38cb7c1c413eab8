import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { Browser } from './browser.js';
import { issuingOf } from './issuing.js';
import { configurationOf, signIn } from './signed-in.js';
import { CALLBACK, PASSWORD, RESOURCE, type Stage, setStage } from './stage.js';

describe('erasing a person', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage.stop());

  /** Tables and rows in which a text can be read. */
  const placesOf = async (text: string): Promise<string[]> => {
    const tables = await stage.dataSource.query<{ name: string }[]>(
      `select table_name as name from information_schema.tables where table_schema = 'issuer'`,
    );
    const places: string[] = [];
    for (const { name } of tables) {
      const [{ count }] = await stage.dataSource.query(
        `select count(*)::int as count from ${name} t where t::text ilike $1`,
        [`%${text}%`],
      );
      if (count > 0) places.push(name);
    }
    return places;
  };

  const newPerson = async (email: string, name = 'Grace Hopper') => {
    const { body } = await stage.call('POST', '/v1/users', { email, name, password: PASSWORD });
    return String(body.id);
  };

  const historyOf = async (id: string) => (await stage.call('GET', `/v1/users/${id}/events`)).body.items;

  const openAll = async (items: unknown[]) =>
    (await stage.call('POST', '/v1/personal-fields/open', { items })).body.items;

  it('finds her name and address nowhere in the database even before', async () => {
    await newPerson('grace@navy.example');
    expect(await placesOf('grace@navy.example')).toEqual([]);
    expect(await placesOf('Grace Hopper')).toEqual([]);
  });

  it('keeps her history, which nobody can read any more', async () => {
    const id = await newPerson('mary@example.com', 'Mary');
    await stage.call('PATCH', `/v1/users/${id}`, { name: 'Mary J.' });
    const before = await historyOf(id);
    const sealed = before.map(({ data }: { data: { personal: string } }) => ({
      userId: id,
      personal: data.personal,
    }));
    expect(await openAll(sealed)).toEqual([
      { email: 'mary@example.com', name: 'Mary' },
      { email: 'mary@example.com', name: 'Mary J.' },
    ]);
    expect((await stage.call('DELETE', `/v1/users/${id}`)).status).toBe(204);
    const after = await historyOf(id);
    expect(after.slice(0, 2)).toEqual(before);
    expect(after.at(-1)).toMatchObject({ type: 'user.erased.v1', data: { userId: id } });
    expect(await openAll(sealed)).toEqual([null, null]);
    expect((await stage.call('GET', `/v1/users/${id}`)).status).toBe(404);
    expect((await stage.call('DELETE', `/v1/users/${id}`)).status).toBe(204);
    for (const table of ['personal_key where subject_id', 'person where id', 'user_password where user_id'])
      expect(await stage.dataSource.query(`select from ${table} = $1`, [id])).toEqual([]);
  });

  it('revokes what she holds: no token works, none is refreshed, nobody signs in', async () => {
    const config = await configurationOf(stage, await stage.registerWeb());
    const tokens = await signIn(stage, config);
    const { jti } = decodeJwt(tokens.access_token);
    await stage.call('DELETE', `/v1/users/${stage.user.id}`);
    expect(await stage.events('token.revoked.v1')).toContainEqual(
      expect.objectContaining({ stream_id: jti, data: { tokenId: jti, reason: 'its user was erased' } }),
    );
    await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const browser = new Browser(stage.url);
    const login = await browser.visit(
      client.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'openid demo:read',
        resource: RESOURCE,
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      }),
    );
    const refused = await browser.submit(login, { email: stage.user.email, password: PASSWORD }, 'password');
    expect(refused.status).toBe(400);
  });

  it('frees her address for another', async () => {
    const first = await newPerson('again@example.com');
    const taken = await stage.call('POST', '/v1/users', {
      email: 'Again@example.com',
      name: 'B',
      password: PASSWORD,
    });
    expect([taken.status, taken.body.code]).toEqual([409, 'conflict']);
    const other = await newPerson('other@example.com');
    const moved = await stage.call('PATCH', `/v1/users/${other}`, { email: 'again@example.com' });
    expect([moved.status, moved.body.code]).toEqual([409, 'conflict']);
    await stage.call('DELETE', `/v1/users/${first}`);
    expect(await newPerson('again@example.com')).not.toBe(first);
  });

  it('is more than disabling, after which she can be let in again', async () => {
    const id = await newPerson('off@example.com');
    const disabled = await stage.call('POST', `/v1/users/${id}/disable`, { reason: 'on leave' });
    expect(disabled.body).toMatchObject({ email: 'off@example.com', disabledAt: expect.any(String) });
    const { token, issue } = await issuingOf(stage);
    expect(await issue([{ data: token({ userId: id }) }])).toEqual(['user-ended']);
    const enabled = await stage.call('POST', `/v1/users/${id}/enable`, { reason: 'back' });
    expect(enabled.body.disabledAt).toBeNull();
    expect(await issue([{ data: token({ userId: id }) }])).toEqual(['issued']);
  });

  it('opens nothing sealed for somebody else, and lists nobody who is gone', async () => {
    const [one, two] = [await newPerson('one@example.com'), await newPerson('two@example.com')];
    const [created] = await historyOf(one);
    expect(await openAll([{ userId: two, personal: created.data.personal }])).toEqual([null]);
    await stage.call('DELETE', `/v1/users/${two}`);
    const { items } = (await stage.call('GET', '/v1/users?limit=500')).body;
    const ids = items.map(({ id }: { id: string }) => id);
    expect(ids).toContain(one);
    expect(ids).not.toContain(two);
  });
});
