import { digestOfToken } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

let made = 0;
const externalId = () => `customer-${made++}`;
const create = async (more: object = {}) => {
  const answer = await issuer.call('POST', '/v1/identities', {
    externalId: externalId(),
    name: 'x',
    ...more,
  });
  expect(answer.status).toBe(201);
  return answer.body;
};
const issue = (more: object) => issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a:b'], ...more });
const verify = async (body: object) => (await issuer.call('POST', '/v1/tokens/verify', body)).body;
const get = async (path: string) => (await issuer.call('GET', path)).body;
const MONTH_SECONDS = 2_592_000;
const monthly = (limit: number) => [{ name: 'calls', limit, durationSeconds: MONTH_SECONDS }];
const short = ({ status, body }: { status: number; body?: { code?: string } }) =>
  `${status} ${body?.code ?? ''}`.trim();

describe('identities', () => {
  it('are kept with what was said of them, one for each external id', async () => {
    const identity = await create({
      metadata: { plan: 'free' },
      limits: monthly(5),
      credits: { remaining: 9 },
    });
    expect(identity).toMatchObject({
      tenant: 'default',
      name: 'x',
      metadata: { plan: 'free' },
      limits: monthly(5),
      credits: { remaining: 9, refill: null, refillsAt: null },
    });
    expect(await get(`/v1/identities/${identity.id}`)).toEqual(identity);
    expect((await get(`/v1/identities?externalId=${identity.externalId}`)).items).toEqual([identity]);
    const again = await issuer.call('POST', '/v1/identities', { externalId: identity.externalId, name: 'y' });
    expect(short(again)).toBe('409 conflict');
  });

  it('are created once for one Idempotency-Key', async () => {
    const body = { externalId: externalId(), name: 'x' };
    const once = () =>
      issuer.call('POST', '/v1/identities', body, { 'idempotency-key': `"${body.externalId}"` });
    const [first, second] = [await once(), await once()];
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
  });

  it('let exactly as many through as their limit allows, over all their tokens at once', async () => {
    const { id: identityId } = await create({ limits: monthly(10) });
    const tokens = await Promise.all([1, 2].map(async () => (await issue({ identityId })).body.token));
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => verify({ token: tokens[i % 2] })),
    );
    expect(verdicts.filter(({ valid }) => valid).length).toBe(10);
    const windowMs = MONTH_SECONDS * 1000;
    expect(verdicts.find(({ valid }) => !valid)).toMatchObject({
      code: 'rate-limited',
      limit: 'calls',
      retryAt: new Date((Math.floor(Date.now() / windowMs) + 1) * windowMs).toISOString(),
      token: { identity: { id: identityId } },
    });
  });

  it('take of the token, the credits and the limits all or nothing', async () => {
    const { id: identityId } = await create({ limits: monthly(3), credits: { remaining: 8 } });
    const { id, token } = (await issue({ identityId, credits: { remaining: 5 } })).body;
    expect(await verify({ token, cost: 4 })).toMatchObject({ code: 'rate-limited' });
    const { token: left } = await verify({ token, cost: 2 });
    expect(left).toMatchObject({
      credits: { remaining: 3 },
      identity: { credits: { remaining: 6 }, limits: [{ name: 'calls', remaining: 1 }] },
    });
    await issuer.call('PATCH', `/v1/identities/${identityId}`, { limits: [], credits: { remaining: 2 } });
    expect(await verify({ token, cost: 3 })).toMatchObject({ code: 'credits-exhausted', retryAt: null });
    expect(await get(`/v1/tokens/${id}`)).toMatchObject({ identityId, credits: { remaining: 3 } });
    expect(await verify({ token, cost: 2 })).toMatchObject({ valid: true });
  });

  it('count anew when a window ends, and keep the count of a limit that stays as it was', async () => {
    const identity = await create({ limits: monthly(2) });
    const { token } = (await issue({ identityId: identity.id })).body;
    await verify({ token, cost: 2 });
    const another = { name: 'bursts', limit: 5, durationSeconds: 1 };
    await issuer.call('PATCH', `/v1/identities/${identity.id}`, { limits: [...monthly(2), another] });
    expect(await verify({ token })).toMatchObject({ code: 'rate-limited', limit: 'calls' });
    await issuer.dataSource.query('update credit_account set refills_at = now() where holder = $1', [
      identity.id,
    ]);
    expect(await verify({ token })).toMatchObject({ valid: true });
  });

  it('are joined and left by tokens, listed with them and told to gateways', async () => {
    const { id: identityId } = await create();
    const { body } = await issue({});
    const join = (to: string | null) => issuer.call('PATCH', `/v1/tokens/${body.id}`, { identityId: to });
    const mates = async () =>
      (await get(`/v1/tokens?identityId=${identityId}`)).items.map(({ id }: { id: string }) => id);
    expect((await join(identityId)).body.identityId).toBe(identityId);
    expect(await mates()).toEqual([body.id]);
    const lookup = { digest: digestOfToken(body.token) };
    expect((await issuer.call('POST', '/v1/tokens/lookup', lookup)).body).toMatchObject({ identityId });
    expect((await join(null)).body.identityId).toBeNull();
    expect(await mates()).toEqual([]);
  });

  it('stay while a token of them lives, unless it is to end with them', async () => {
    const { id: identityId, externalId } = await create({ credits: { remaining: 1 } });
    const { id, token } = (await issue({ identityId })).body;
    const kept = (await issue({ identityId, protected: true })).body;
    const end = (query = '') => issuer.call('DELETE', `/v1/identities/${identityId}${query}`);
    expect(short(await end())).toBe('409 identity-in-use');
    expect(short(await end('?revoke=true'))).toBe('409 identity-in-use');
    expect(await verify({ token })).toMatchObject({ code: 'token-revoked' });
    await issuer.call('PATCH', `/v1/tokens/${kept.id}`, { identityId: null });
    expect((await end()).status).toBe(204);
    expect([short(await end()), (await get(`/v1/identities/${identityId}`)).code]).toEqual([
      '204',
      'not-found',
    ]);
    expect((await issuer.call('POST', '/v1/identities', { externalId, name: 'again' })).status).toBe(201);
    const late = [
      await issue({ identityId }),
      await issuer.call('PATCH', `/v1/tokens/${kept.id}`, { identityId }),
    ];
    expect(late.map(({ body }) => body.errors?.[0]?.field)).toEqual(['identityId', 'identityId']);
    expect((await get(`/v1/tokens/${id}`)).status).toBe('revoked');
  });

  it.each([
    { externalId: 'has space' },
    { limits: [...monthly(1), ...monthly(2)] },
    { limits: [{ name: 'x', limit: 0, durationSeconds: 1 }] },
    { credits: { remaining: -1 } },
  ])('of %j are refused', async (wrong) => {
    const answer = await issuer.call('POST', '/v1/identities', { externalId: 'x', name: 'x', ...wrong });
    expect(short(answer)).toBe('400 body-invalid');
  });
});
