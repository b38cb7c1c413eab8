import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const issue = async (credits: object | undefined) => {
  const answer = await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a:b'], credits });
  expect(answer.status).toBe(201);
  return answer.body;
};
const verify = async (body: object) => (await issuer.call('POST', '/v1/tokens/verify', body)).body;
const creditsOf = async (id: string) => (await issuer.call('GET', `/v1/tokens/${id}`)).body.credits;
const setCredits = (id: string, credits: object | null) =>
  issuer.call('PATCH', `/v1/tokens/${id}`, { credits });
/** As if the next refill were due now, and the last had been long ago. */
const refillIsDue = (id: string) =>
  issuer.dataSource.query(
    `update credit_account set refills_at = now() - interval '40 days' where holder = $1`,
    [id],
  );
const nextRefill = async (refill: object, since: string): Promise<string> => {
  const [row] = await issuer.dataSource.query('select next_refill($1, $2) as due', [refill, since]);
  return row.due.toISOString();
};

/** 150 at once, of the one and of the other in turn. */
const inTurn = (first: { token: string }, second: { token: string }) =>
  Promise.all(
    Array.from({ length: 150 }, (_, i) =>
      i % 2 === 0 ? verify({ token: first.token }) : verify({ token: second.token, cost: 2 }),
    ),
  );

describe('credits', () => {
  it('are spent by verify, one for each unless a cost is named', async () => {
    const { id, token, credits } = await issue({ remaining: 10 });
    expect(credits).toEqual({ remaining: 10, refill: null, refillsAt: null });
    expect((await verify({ token })).token.credits).toEqual({ remaining: 9, refillsAt: null });
    expect((await verify({ token, cost: 4 })).token.credits.remaining).toBe(5);
    expect((await verify({ token, cost: 0 })).token.credits.remaining).toBe(5);
    expect(await creditsOf(id)).toEqual({ remaining: 5, refill: null, refillsAt: null });
  });

  it('refuse what costs more than is left, and take nothing for it', async () => {
    const { id, token } = await issue({ remaining: 3 });
    expect(await verify({ token, cost: 4 })).toMatchObject({
      valid: false,
      code: 'credits-exhausted',
      retryAt: null,
    });
    expect(await verify({ token, scopes: ['not:held'] })).toMatchObject({ code: 'scope-insufficient' });
    expect(await verify({ token, cost: 3 })).toMatchObject({ valid: true });
    expect(await creditsOf(id)).toMatchObject({ remaining: 0 });
  });

  it('let exactly as many of 100 at once through as there are credits', async () => {
    const { id, token } = await issue({ remaining: 37 });
    const other = await issue({ remaining: 5 });
    const verdicts = await Promise.all(
      Array.from({ length: 110 }, (_, i) => verify({ token: i % 11 === 0 ? other.token : token })),
    );
    const won = (of: string) => verdicts.filter(({ valid, token: { id } }) => valid && id === of);
    expect([won(id).length, won(other.id).length]).toEqual([37, 5]);
    expect(new Set(won(id).map((verdict) => verdict.token.credits.remaining)).size).toBe(37);
    expect(await creditsOf(id)).toMatchObject({ remaining: 0 });
  });

  it('keep two groups of the same tokens in opposite orders from waiting in a circle', async () => {
    const [one, other] = [await issue({ remaining: 1_000 }), await issue({ remaining: 1_000 })];
    const verdicts = (await Promise.all([inTurn(one, other), inTurn(other, one)])).flat();
    expect(verdicts.filter(({ valid }) => valid).length).toBe(300);
    const left = await Promise.all([one, other].map(async ({ id }) => (await creditsOf(id)).remaining));
    expect(left).toEqual([775, 775]);
  });

  it('come back once when a refill is due, however many ask at that moment', async () => {
    const { id, token } = await issue({ remaining: 2, refill: { amount: 5, every: 'day' } });
    expect(await verify({ token, cost: 3 })).toMatchObject({
      code: 'credits-exhausted',
      retryAt: await nextMidnight(),
    });
    await refillIsDue(id);
    expect(await creditsOf(id)).toMatchObject({ remaining: 5, refillsAt: await nextMidnight() });
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => verify({ token })));
    expect(verdicts.filter(({ valid }) => valid).length).toBe(5);
    expect(await creditsOf(id)).toMatchObject({ remaining: 0, refillsAt: await nextMidnight() });
  });

  it('are refilled up to the amount: what is left beyond it stays', async () => {
    const { id, token } = await issue({ remaining: 50, refill: { amount: 5, every: 'month', onDay: 31 } });
    await refillIsDue(id);
    expect((await verify({ token })).token.credits.remaining).toBe(49);
  });

  it.each([
    [{ every: 'day' }, '2028-02-28T23:59:59.999Z', '2028-02-29T00:00:00.000Z'],
    [{ every: 'day' }, '2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    [{ every: 'month' }, '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    [{ every: 'month', onDay: 31 }, '2027-01-31T00:00:00.000Z', '2027-02-28T00:00:00.000Z'],
    [{ every: 'month', onDay: 31 }, '2027-02-28T00:00:00.000Z', '2027-03-31T00:00:00.000Z'],
    [{ every: 'month', onDay: 30 }, '2028-02-10T12:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    [{ every: 'month', onDay: 15 }, '2026-11-14T23:00:00.000Z', '2026-11-15T00:00:00.000Z'],
  ])('with %j come back after %s at %s', async (refill, since, due) => {
    expect(await nextRefill({ amount: 1, ...refill }, since)).toBe(due);
  });

  it('can be set anew, and given up; each decision is an event, spending is none', async () => {
    const { id, token } = await issue(undefined);
    expect(await creditsOf(id)).toBeNull();
    expect((await verify({ token })).token).not.toHaveProperty('credits');
    expect((await setCredits(id, { remaining: 2 })).body.credits.remaining).toBe(2);
    await verify({ token });
    expect((await setCredits(id, { remaining: 2 })).body.credits.remaining).toBe(2);
    expect((await setCredits(id, null)).body.credits).toBeNull();
    await setCredits(id, null);
    expect(await verify({ token, cost: 1_000 })).toMatchObject({ valid: true });
    const { body } = await issuer.call('GET', `/v1/tokens/${id}/events`);
    expect(body.items.map(({ data }: { data: { changes?: object } }) => data.changes)).toEqual([
      undefined,
      { credits: { remaining: 2 } },
      { credits: { remaining: 2 } },
      { credits: null },
    ]);
  });

  it('are not given back when the events that decided them are told again', async () => {
    const { id, token } = await issue({ remaining: 10 });
    await setCredits(id, { remaining: 8 });
    await verify({ token });
    for (const [version, remaining] of [
      [1, 10],
      [2, 8],
    ])
      await issuer.dataSource.query(`select decide_account($1, '', 'default', $2, $3, null, now())`, [
        id,
        version,
        remaining,
      ]);
    expect(await creditsOf(id)).toMatchObject({ remaining: 7 });
  });

  it('are issued to many at once', async () => {
    const tokens = [3, undefined].map((remaining) => ({
      name: 'x',
      scopes: ['a:b'],
      ...(remaining && { credits: { remaining } }),
    }));
    const { body } = await issuer.call('POST', '/v1/tokens/bulk', { tokens });
    expect(body.results.map(({ value }: { value: { credits: unknown } }) => value.credits)).toEqual([
      { remaining: 3, refill: null, refillsAt: null },
      null,
    ]);
  });

  it.each([
    { remaining: -1 },
    { remaining: 1.5 },
    { remaining: 1, refill: { amount: 0, every: 'day' } },
    { remaining: 1, refill: { amount: 1, every: 'hour' } },
    { remaining: 1, refill: { amount: 1, every: 'day', onDay: 3 } },
    { remaining: 1, refill: { amount: 1, every: 'month', onDay: 32 } },
  ])('of %j are refused', async (credits) => {
    const { status, body } = await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a:b'], credits });
    expect([status, body.code]).toEqual([400, 'body-invalid']);
  });
});

async function nextMidnight(): Promise<string> {
  return nextRefill({ every: 'day' }, new Date().toISOString());
}
