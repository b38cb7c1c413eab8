import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../../test/start-issuer.js';
import { Reminders } from './reminders.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const DAY = 86_400;
const rotation = { everyDays: 30, remindDaysBefore: 5, overlapSeconds: 60 };
const issue = async (terms: Record<string, unknown>) =>
  (await issuer.call('POST', '/v1/tokens', { name: 'CI', scopes: ['demo:read'], ...terms })).body;
const get = async (id: string) => (await issuer.call('GET', `/v1/tokens/${id}`)).body;
/** What the token's history says of reminders. */
const remindersOf = async (id: string) =>
  (await issuer.call('GET', `/v1/tokens/${id}/events`)).body.items.filter(({ type }: { type: string }) =>
    ['token.rotation-due.v1', 'token.expiring.v1'].includes(type),
  );
/** As if the days had gone by: the read model's dates move, the database's clock does not. */
const afterDays = async (id: string, days: number) => {
  const by = `interval '${days} days'`;
  await issuer.dataSource.query(
    `update token_summary set rotation_remind_at = rotation_remind_at - ${by}, expiry_remind_at = expiry_remind_at - ${by}
     where id = $1`,
    [id],
  );
  await issuer.get(Reminders).remindAll();
};

const setPolicy = (terms: unknown) =>
  issuer.call('PATCH', '/v1/tenants/default', { policy: { rotation: terms } });
const dueWithin = async (days: number) =>
  (await issuer.call('GET', `/v1/tokens?rotationDue=${days}&limit=500`)).body.items.map(
    ({ id }: { id: string }) => id,
  );

describe('a rotation policy', () => {
  it('reminds once for each secret, some days before', async () => {
    const { id, secrets } = await issue({ rotation, expiresInSeconds: 400 * DAY });
    await afterDays(id, 24);
    expect(await remindersOf(id)).toEqual([]);
    await afterDays(id, 1);
    await afterDays(id, 1);
    const [reminder, ...more] = await remindersOf(id);
    expect(more).toEqual([]);
    expect(reminder).toMatchObject({ actor: 'system:issuer', data: { secretId: secrets[0].id } });
    const daysToDue = (Date.parse(reminder.data.dueAt) - Date.parse(secrets[0].addedAt)) / DAY / 1000;
    expect(daysToDue).toBeCloseTo(30, 3);

    const { body: rotated } = await issuer.call('POST', `/v1/tokens/${id}/rotate`, {});
    const [newest, previous] = rotated.secrets;
    const overlap = Date.parse(previous.retiresAt) - Date.parse(newest.addedAt);
    expect(Math.abs(overlap - 60_000)).toBeLessThan(5_000); // the policy's, not a day
    await afterDays(id, 26);
    const [, second] = await remindersOf(id);
    expect(second.data.secretId).toBe(newest.id);
  });

  it('begins, changes and ends by PATCH', async () => {
    const { id } = await issue({ expiresInSeconds: 400 * DAY });
    await issuer.call('PATCH', `/v1/tokens/${id}`, { rotation });
    expect((await get(id)).rotation).toEqual(rotation);
    await issuer.call('PATCH', `/v1/tokens/${id}`, { rotation: null });
    expect((await get(id)).rotation).toBeNull();
    await afterDays(id, 100);
    expect(await remindersOf(id)).toEqual([]);
  });

  it('reminds of the same secret again only when the policy changes', async () => {
    const { id } = await issue({ rotation, expiresInSeconds: 400 * DAY });
    await afterDays(id, 26);
    await issuer.call('PATCH', `/v1/tokens/${id}`, { name: 'renamed' });
    const [{ due }] = await issuer.dataSource.query(
      'select rotation_remind_at as due from token_summary where id = $1',
      [id],
    );
    expect(due).toBeNull();
    await afterDays(id, 100);
    expect(await remindersOf(id)).toHaveLength(1);

    await issuer.call('PATCH', `/v1/tokens/${id}`, { rotation: { ...rotation, everyDays: 20 } });
    await afterDays(id, 16);
    expect(await remindersOf(id)).toHaveLength(2);
  });

  it('gets past tokens of which there is nothing more to say', async () => {
    const tokens = Array.from({ length: 100 }, () => ({ name: 'CI', scopes: ['demo:read'], rotation }));
    const { body } = await issuer.call('POST', '/v1/tokens/bulk', { tokens });
    const ids = body.results.map(({ value }: { value: { id: string } }) => value.id);
    const due = 'update token_summary set rotation_remind_at = now() where id = any ($1)';
    await issuer.dataSource.query(due, [ids]);
    await issuer.get(Reminders).remindAll();
    await issuer.dataSource.query(due, [ids]); // as after a damage of the read model
    const { id } = await issue({ rotation });
    await afterDays(id, 26);
    expect(await remindersOf(id)).toHaveLength(1);
    await issuer.dataSource.query('update token_summary set rotation_remind_at = null where id = any ($1)', [
      ids,
    ]);
  });

  it('reminds later than it rotates in no case', async () => {
    const rotations = [{ everyDays: 5 }, { everyDays: 5, remindDaysBefore: 5 }];
    for (const wrong of rotations) {
      const answer = await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a'], rotation: wrong });
      expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'rotation']);
    }
  });
});

describe('a tenant’s rotation policy', () => {
  it('is that of new tokens that say nothing else, and of no others', async () => {
    const before = await issue({});
    const { body } = await setPolicy({ everyDays: 90 });
    const usual = { everyDays: 90, overlapSeconds: 86_400, remindDaysBefore: 7 };
    expect(body.policy.rotation).toEqual(usual);
    const [plain, own, none] = [await issue({}), await issue({ rotation }), await issue({ rotation: null })];
    expect([plain.rotation, own.rotation, none.rotation]).toEqual([usual, rotation, null]);
    expect([(await get(plain.id)).rotation, (await get(before.id)).rotation]).toEqual([usual, null]);
    await setPolicy(null);
    expect((await issue({})).rotation).toBeNull();
  });

  it('reminds later than it rotates in no case either', async () => {
    const { status, body } = await setPolicy({ everyDays: 5 });
    expect([status, body.errors[0].field]).toEqual([400, 'policy.rotation']);
  });
});

describe('GET /v1/tokens?rotationDue=', () => {
  it('lists tokens that need a new secret within some days, until they have it', async () => {
    const { id } = await issue({ rotation, expiresInSeconds: 400 * DAY });
    const without = await issue({});
    expect(await dueWithin(29)).not.toContain(id);
    expect(await dueWithin(31)).toContain(id);
    const aged = `update token_secret set added_at = added_at - interval '30 days' where token_id = $1`;
    await issuer.dataSource.query(aged, [id]);
    expect(await dueWithin(0)).toContain(id);
    expect(await dueWithin(3_650)).not.toContain(without.id);
    await issuer.call('POST', `/v1/tokens/${id}/rotate`, {});
    expect(await dueWithin(0)).not.toContain(id);
  });

  it('lists none that ended, and together with unusedForDays those of which both are true', async () => {
    const [revoked, expired, idle] = [
      await issue({ rotation }),
      await issue({ rotation }),
      await issue({ rotation }),
    ];
    await issuer.call('POST', `/v1/tokens/${revoked.id}/revoke`, { reason: 'done' });
    const change = (set: string, id: string) =>
      issuer.dataSource.query(`update token_summary set ${set} where id = $1`, [id]);
    await change('expires_at = now()', expired.id);
    await change(`created_at = now() - interval '9 days'`, idle.id);
    const due = await dueWithin(31);
    expect(due).toContain(idle.id);
    for (const { id } of [revoked, expired]) expect(due).not.toContain(id);
    const { body } = await issuer.call('GET', '/v1/tokens?rotationDue=31&unusedForDays=8');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([idle.id]);
    expect((await issuer.call('GET', '/v1/tokens?rotationDue=soon')).body.code).toBe('query-invalid');
  });
});

describe('a token about to expire', () => {
  it('is said to be, once, in its last seven days', async () => {
    const { id, expiresAt } = await issue({ expiresInSeconds: 30 * DAY });
    await afterDays(id, 22);
    expect(await remindersOf(id)).toEqual([]);
    await afterDays(id, 1);
    await afterDays(id, 1);
    expect((await remindersOf(id)).map(({ data }: { data: unknown }) => data)).toEqual([
      { tokenId: id, expiresAt },
    ]);
  });

  it('is not worth a word when it was made for a week or less, or is revoked', async () => {
    const short = await issue({ expiresInSeconds: 7 * DAY });
    const revoked = await issue({ expiresInSeconds: 30 * DAY });
    await issuer.call('POST', `/v1/tokens/${revoked.id}/revoke`, { reason: 'done' });
    for (const { id } of [short, revoked]) {
      await afterDays(id, 29);
      expect(await remindersOf(id)).toEqual([]);
    }
  });

  it('is reminded of once by several issuers at the same moment', async () => {
    const { id } = await issue({ expiresInSeconds: 30 * DAY });
    await issuer.dataSource.query('update token_summary set expiry_remind_at = now() where id = $1', [id]);
    const reminders = issuer.get(Reminders);
    await Promise.all(Array.from({ length: 5 }, () => reminders.remindAll()));
    await reminders.remindAll();
    expect(await remindersOf(id)).toHaveLength(1);
  });
});
