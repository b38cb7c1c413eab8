import { ChangedServiceAccount, ServiceAccountEffect, ServiceAccountView } from '@gatehouse/contracts';
import { digestOfToken, newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../test/start-issuer.js';
import { MOST_ACCOUNT_TOKENS } from './account-bounds.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let owner: string;
let headers: { authorization: string };
beforeAll(async () => {
  issuer = await startIssuer();
  const { body } = await issuer.call('POST', '/v1/tenants/default/owner-tokens', { name: 'owner' });
  headers = { authorization: `Bearer ${body.token}` };
  const person = { email: 'ada@example.com', name: 'Ada', password: 'correct horse battery' };
  owner = (await call('POST', '/v1/users', person)).body.id;
});
afterAll(() => issuer.stop());

const call = (method: string, where: string, body?: unknown, more: Record<string, string> = {}) =>
  issuer.call(method, where, body, { ...headers, ...more });
const post = (path: string, body: unknown = { reason: 'review' }) => call('POST', path, body);
const create = async (terms: object = {}) => {
  const body = { name: 'CI', owner, scopes: ['demo:read', 'demo:write', 'role:developer'], ...terms };
  return ServiceAccountView.parse((await post('/v1/service-accounts', body)).body);
};
const issue = (serviceAccountId: string, terms: object = {}) =>
  post('/v1/tokens', { name: 'CI', scopes: ['demo:read'], serviceAccountId, ...terms });
const tokenOf = async (id: string, terms: object = {}) => {
  const { status, body } = await issue(id, terms);
  expect([status, body.serviceAccountId]).toEqual([201, id]);
  return body as { id: string; token: string };
};
const read = async ({ id }: { id: string }) => (await call('GET', `/v1/tokens/${id}`)).body;
const verdict = async ({ token }: { token: string }) =>
  (await post('/v1/tokens/verify', { digest: digestOfToken(token) })).body.code;
const short = ({ status, body }: { status: number; body?: { code?: string } }) =>
  `${status} ${body?.code ?? ''}`.trim();
const path = ({ id }: { id: string }, step = '') => `/v1/service-accounts/${id}${step}`;
const change = async (account: { id: string }, step: string, body: object = {}) =>
  ChangedServiceAccount.parse((await post(path(account, step), { reason: 'review', ...body })).body);
const patch = (account: { id: string }, body: object) => call('PATCH', path(account), body);
const remove = (account: { id: string }, query = '') => call('DELETE', path(account) + query);
const noTokens = { suspended: 0, resumed: 0, narrowed: 0, revoked: 0, accessTokens: 0, complete: true };

describe('service accounts', () => {
  it('are kept with what they are for and who answers for them', async () => {
    const account = await create({ description: 'the nightly build' });
    expect(account).toMatchObject({ description: 'the nightly build', owner, status: 'active' });
    expect((await call('GET', path(account))).body).toEqual(account);
    const { body: mine } = await call('GET', `/v1/service-accounts?owner=${owner}&limit=500`);
    expect(mine.items).toContainEqual(account);
    const { body: nobodys } = await call('GET', `/v1/service-accounts?owner=${newId('usr')}`);
    expect(nobodys.items).toEqual([]);
  });

  it('have an owner who is there', async () => {
    const nobody = newId('usr');
    const terms = { name: 'CI', owner: nobody, scopes: ['demo:read'] };
    expect(short(await post('/v1/service-accounts', terms))).toBe('404 not-found');
    expect(short(await patch(await create(), { owner: nobody }))).toBe('404 not-found');
  });

  it('bound what their tokens hold, at issue and at every change', async () => {
    const account = await create();
    const token = await tokenOf(account.id, { scopes: ['demo:read', 'tokens:read'] }); // a developer's
    for (const scopes of [['demo:delete'], ['demo:read', 'role:admin'], ['users:read']])
      expect(short(await issue(account.id, { scopes }))).toBe('403 service-account-exceeded');
    const update = (scopes: string[]) => call('PATCH', `/v1/tokens/${token.id}`, { scopes });
    expect(short(await update(['demo:delete']))).toBe('403 service-account-exceeded');
    expect((await update(['demo:write'])).body.scopes).toEqual(['demo:write']);
    expect(short(await issue(newId('sac')))).toBe('400 body-invalid');
  });

  it('list their tokens, and lose them all at once on request', async () => {
    const account = await create();
    const [one, two] = [await tokenOf(account.id), await tokenOf(account.id)];
    const { body } = await call('GET', `/v1/tokens?serviceAccountId=${account.id}`);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([one.id, two.id]);
    const revoked = await post('/v1/revocations', { serviceAccount: account.id, reason: 'leak' });
    expect(revoked.body).toMatchObject({ tokens: 2, complete: true });
    expect([await verdict(one), await verdict(two)]).toEqual(['token-revoked', 'token-revoked']);
  });

  it('have so many live tokens at most', async () => {
    const account = await create();
    const tokens = Array.from({ length: MOST_ACCOUNT_TOKENS }, () => ({
      name: 'CI',
      scopes: ['demo:read'],
      serviceAccountId: account.id,
    }));
    const [first] = (await post('/v1/tokens/bulk', { tokens })).body.results;
    expect(short(await issue(account.id))).toBe('409 conflict');
    await post(`/v1/tokens/${first.value.id}/revoke`, { reason: 'room' });
    await tokenOf(account.id);
    const suspended = await change(account, '/suspend');
    expect(suspended.tokens.suspended).toBe(MOST_ACCOUNT_TOKENS);
  });
});

describe('a suspended service account', () => {
  it('has no token that works, gets none, and has them back when it is resumed', async () => {
    const account = await create();
    const token = await tokenOf(account.id);
    const suspended = await change(account, '/suspend');
    expect(suspended).toMatchObject({
      status: 'suspended',
      suspendedReason: 'review',
      tokens: { suspended: 1 },
    });
    expect(await verdict(token)).toBe('token-suspended');
    expect((await read(token)).suspendedReason).toBe(`review (with ${account.id})`);
    expect(short(await issue(account.id))).toBe('409 service-account-suspended');
    expect(short(await post(`/v1/tokens/${token.id}/resume`))).toBe('409 service-account-suspended');
    const again = await change(account, '/suspend', { reason: 'other' });
    expect([again.suspendedReason, again.tokens]).toEqual(['review', { dryRun: false, ...noTokens }]);
    expect((await change(account, '/resume')).tokens).toMatchObject({ resumed: 1 });
    expect(await verdict(token)).toBe('valid');
  });

  it('leaves suspended, when it is resumed, what was suspended for itself', async () => {
    const account = await create();
    const [before, during, leaked] = [
      await tokenOf(account.id),
      await tokenOf(account.id),
      await tokenOf(account.id),
    ];
    await post(`/v1/tokens/${before.id}/suspend`, { reason: 'odd' });
    await change(account, '/suspend');
    await post(`/v1/tokens/${during.id}/suspend`, { reason: 'odd too' });
    await post('/v1/leaks', { token: leaked.token });
    expect((await change(account, '/resume')).tokens.resumed).toBe(0);
    expect((await read(before)).suspendedReason).toBe('odd');
    expect((await read(during)).suspendedReason).toBe('odd too');
    expect(await verdict(leaked)).not.toBe('valid');
    await post(`/v1/tokens/${during.id}/resume`);
    expect(await verdict(during)).toBe('valid');
  });

  it('lets no token through that is issued at that very moment', async () => {
    const account = await create();
    const racing = Array.from({ length: 8 }, () => issue(account.id));
    const [, ...issued] = await Promise.all([change(account, '/suspend'), ...racing]);
    for (const { status, body } of issued)
      if (status === 201) expect(await verdict(body)).toBe('token-suspended');
      else expect(body.code).toBe('service-account-suspended');
  });
});

describe('a service account that may do less', () => {
  it('takes that from its tokens, and revokes what is left with nothing', async () => {
    const account = await create();
    const [both, one] = [
      await tokenOf(account.id, { scopes: ['demo:read', 'tokens:read'] }),
      await tokenOf(account.id, { scopes: ['demo:write'] }),
    ];
    const { body } = await patch(account, { scopes: ['demo:read'] });
    expect(body.tokens).toEqual({ dryRun: false, ...noTokens, narrowed: 1, revoked: 1 });
    expect((await read(both)).scopes).toEqual(['demo:read']);
    expect(await verdict(one)).toBe('token-revoked');
  });
});

describe('deleting a service account', () => {
  it('revokes its tokens, keeps its history, and can be repeated', async () => {
    const account = await create();
    const token = await tokenOf(account.id);
    expect(ServiceAccountEffect.parse((await remove(account, '?reason=gone')).body).revoked).toBe(1);
    expect(await verdict(token)).toBe('token-revoked');
    expect((await read(token)).revokedReason).toBe(`gone (with ${account.id})`);
    expect(short(await call('GET', path(account)))).toBe('404 not-found');
    expect((await remove(account)).body).toEqual({ dryRun: false, ...noTokens });
    const { body } = await call('GET', path(account, '/events'));
    expect(body.items.map(({ type }: { type: string }) => type)).toEqual([
      'service-account.created.v1',
      'service-account.deleted.v1',
    ]);
  });

  it('is refused while one of its tokens is protected: then all of them live', async () => {
    const account = await create();
    const [open, kept] = [await tokenOf(account.id), await tokenOf(account.id, { protected: true })];
    expect(short(await remove(account))).toBe('409 token-protected');
    expect([await verdict(open), await verdict(kept)]).toEqual(['valid', 'valid']);
  });
});

describe('a dry run', () => {
  it('says what would come of it, and changes nothing', async () => {
    const account = await create();
    const token = await tokenOf(account.id);
    const key = { 'idempotency-key': newId('key') };
    const asked = { reason: 'review', dryRun: true };
    const suspended = await call('POST', path(account, '/suspend'), asked, key);
    expect(suspended.body).toMatchObject({ status: 'suspended', tokens: { dryRun: true, suspended: 1 } });
    const narrowed = await patch(account, { scopes: ['demo:write'], dryRun: true });
    expect(narrowed.body.tokens).toEqual({ dryRun: true, ...noTokens, revoked: 1 });
    expect((await remove(account, '?dryRun=true')).body).toMatchObject({ dryRun: true, revoked: 1 });
    expect(await verdict(token)).toBe('valid');
    expect((await call('GET', path(account))).body).toEqual(account);
    const { body } = await call('GET', path(account, '/events'));
    expect(body.items).toHaveLength(1);
  });
});
