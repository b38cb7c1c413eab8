import { ChangedServiceAccount, ServiceAccountEffect } from '@gatehouse/contracts';
import { digestOfToken } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../test/start-issuer.js';
import { MOST_ACCOUNT_TOKENS } from './account-bounds.js';

interface Issued {
  id: string;
  token: string;
}

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let owner: string;
let admin: string;
beforeAll(async () => {
  issuer = await startIssuer();
  admin = (await post('/v1/tenants/default/owner-tokens', { name: 'owner' }, issuer.adminToken)).body.token;
  const person = { email: 'ada@example.com', name: 'Ada', password: 'correct horse battery' };
  owner = (await post('/v1/users', person)).body.id;
});
afterAll(() => issuer.stop());

const post = (path: string, body: unknown, token = admin) =>
  issuer.call('POST', path, body, { authorization: `Bearer ${token}` });
const account = async (): Promise<string> =>
  (await post('/v1/service-accounts', { name: 'CI', owner, scopes: ['tokens:write', 'demo:read'] })).body.id;
/** Issued with `maker`; without, by the administrator. */
async function issue(terms: object, maker?: Issued): Promise<Issued> {
  const { status, body } = await post(
    '/v1/tokens',
    { name: 'CI', scopes: ['tokens:write', 'demo:read'], ...terms },
    maker?.token,
  );
  expect(status).toBe(201);
  return body;
}
/** A token of an account, one issued with that, and one issued with this in turn. */
async function generations(serviceAccountId: string): Promise<[Issued, Issued, Issued]> {
  const own = await issue({ serviceAccountId });
  const child = await issue({}, own);
  return [own, child, await issue({}, child)];
}
const step = async (id: string, what: string) =>
  ChangedServiceAccount.parse((await post(`/v1/service-accounts/${id}/${what}`, { reason: 'review' })).body);
const remove = (id: string, query = '') =>
  issuer.call('DELETE', `/v1/service-accounts/${id}${query}`, undefined, {
    authorization: `Bearer ${admin}`,
  });
const verdicts = (tokens: readonly Issued[]) =>
  Promise.all(
    tokens.map(async ({ token }) => {
      const { body } = await post('/v1/tokens/verify', { digest: digestOfToken(token) });
      return body.code as string;
    }),
  );
const all = (code: string) => Array.from({ length: 3 }, () => code);

describe('what was issued with the tokens of a service account', () => {
  it('ends with the account, and the answer says how many ended', async () => {
    const id = await account();
    const tokens = await generations(id);
    const stranger = await issue({});
    const tried = ServiceAccountEffect.parse((await remove(id, '?dryRun=true')).body);
    expect([tried.revoked, await verdicts(tokens)]).toEqual([3, all('valid')]);
    expect((await remove(id)).body).toMatchObject({ revoked: 3, complete: true });
    expect(await verdicts([...tokens, stranger])).toEqual([...all('token-revoked'), 'valid']);
    expect((await remove(id)).body).toMatchObject({ revoked: 0, complete: true });
  });

  it('is reached through a token that ended before', async () => {
    const id = await account();
    const [own, child, grandchild] = await generations(id);
    for (const { id: ended } of [own, child])
      await post(`/v1/tokens/${ended}/revoke`, { reason: 'replaced' });
    expect((await remove(id)).body).toMatchObject({ revoked: 1 });
    expect(await verdicts([grandchild])).toEqual(['token-revoked']);
  });

  it('is suspended with the account, and works again with it', async () => {
    const id = await account();
    const tokens = await generations(id);
    expect((await step(id, 'suspend')).tokens).toMatchObject({ suspended: 3, complete: true });
    expect(await verdicts(tokens)).toEqual(all('token-suspended'));
    await post(`/v1/tokens/${tokens[2].id}/suspend`, { reason: 'odd' });
    expect((await step(id, 'resume')).tokens).toMatchObject({ resumed: 2, complete: true });
    expect(await verdicts(tokens)).toEqual(['valid', 'valid', 'token-suspended']);
  });

  it('is another account’s where it was issued for that one, and stays with it', async () => {
    const [id, other] = [await account(), await account()];
    const own = await issue({ serviceAccountId: id });
    const others = await issue({ serviceAccountId: other }, own);
    await step(other, 'suspend');
    expect((await step(id, 'suspend')).tokens.suspended).toBe(1);
    expect((await step(id, 'resume')).tokens.resumed).toBe(1);
    await step(other, 'resume');
    expect((await remove(id)).body.revoked).toBe(1);
    expect(await verdicts([own, others])).toEqual(['token-revoked', 'valid']);
  });

  it('stops a deletion as a whole while it is protected', async () => {
    const id = await account();
    const own = await issue({ serviceAccountId: id });
    const kept = await issue({ protected: true }, own);
    const refused = await remove(id);
    expect([refused.status, refused.body.code]).toEqual([409, 'token-protected']);
    expect(await verdicts([own, kept])).toEqual(['valid', 'valid']);
  });

  it('follows 100 a call, the account’s own first, until the answer is complete', async () => {
    const id = await account();
    const own = await issue({ serviceAccountId: id });
    const tokens = Array.from({ length: MOST_ACCOUNT_TOKENS }, () => ({ name: 'CI', scopes: ['demo:read'] }));
    const { body } = await post('/v1/tokens/bulk', { tokens }, own.token);
    const last: Issued = body.results.at(-1).value;
    expect((await step(id, 'suspend')).tokens).toMatchObject({ suspended: 100, complete: false });
    expect(await verdicts([own, last])).toEqual(['token-suspended', 'valid']);
    expect((await step(id, 'suspend')).tokens).toMatchObject({ suspended: 1, complete: true });
    expect((await step(id, 'resume')).tokens).toMatchObject({ resumed: 100, complete: false });
    expect((await step(id, 'resume')).tokens).toMatchObject({ resumed: 1, complete: true });
    expect((await remove(id)).body).toMatchObject({ revoked: 100, complete: false });
    expect((await remove(id)).body).toMatchObject({ revoked: 1, complete: true });
    expect(await verdicts([own, last])).toEqual(['token-revoked', 'token-revoked']);
  });

  it('ends with everything else of the account on request', async () => {
    const id = await account();
    const tokens = await generations(id);
    const answer = await post('/v1/revocations', { serviceAccount: id, reason: 'leak' });
    expect(answer.body).toMatchObject({ tokens: 3, complete: true });
    expect(await verdicts(tokens)).toEqual(all('token-revoked'));
  });
});
