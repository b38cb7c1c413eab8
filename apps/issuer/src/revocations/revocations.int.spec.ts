import { RevocationSummary } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const issue = async (terms: Record<string, unknown> = {}, token?: string) =>
  (
    await issuer.call(
      'POST',
      '/v1/tokens',
      { name: 'CI', scopes: ['demo:read'], ...terms },
      token ? { authorization: `Bearer ${token}` } : {},
    )
  ).body;
const maker = (token?: string) => issue({ scopes: ['tokens:write'] }, token);
const statusOf = async (id: string) => (await issuer.call('GET', `/v1/tokens/${id}`)).body.status;
const statusesOf = (tokens: readonly { id: string }[]) => Promise.all(tokens.map(({ id }) => statusOf(id)));
const revoke = (id: string, body: Record<string, unknown>) =>
  issuer.call('POST', `/v1/tokens/${id}/revoke`, { reason: 'leaked', ...body });

const revocations = (body: Record<string, unknown>) =>
  issuer.call('POST', '/v1/revocations', { reason: 'offboarding', ...body });

describe('a protected token', () => {
  it('is not revoked, alone or in bulk, until the protection is lifted', async () => {
    const { id } = await issue({ protected: true });
    const refused = await revoke(id, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'token-protected']);
    const bulk = await issuer.call('POST', '/v1/tokens/bulk-revoke', { ids: [id], reason: 'x' });
    expect(bulk.body.results[0].problem.code).toBe('token-protected');
    expect(await statusOf(id)).toBe('active');
    const lifted = await issuer.call('PATCH', `/v1/tokens/${id}`, { protected: false });
    expect(lifted.body.protected).toBe(false);
    expect((await revoke(id, {})).body.status).toBe('revoked');
  });

  it('can be suspended and resumed, and stays protected', async () => {
    const { id } = await issue();
    await issuer.call('PATCH', `/v1/tokens/${id}`, { protected: true });
    const suspended = await issuer.call('POST', `/v1/tokens/${id}/suspend`, { reason: 'odd' });
    expect(suspended.body.status).toBe('suspended');
    await issuer.call('POST', `/v1/tokens/${id}/resume`, { reason: 'fine' });
    expect((await revoke(id, {})).body.code).toBe('token-protected');
  });
});

describe('POST /v1/tokens/{id}/revoke with a cascade', () => {
  it('ends the family: all that was issued with it, and with those', async () => {
    const root = await maker();
    const child = await maker(root.token);
    const grandchildren = [await issue({}, child.token), await issue({ protected: true }, child.token)];
    const stranger = await issue();
    const { body } = await revoke(root.id, { cascade: 'family' });
    expect(body.status).toBe('revoked');
    expect(body.cascaded).toEqual({
      dryRun: false,
      tokens: 2,
      protected: [grandchildren[1]!.id],
      accessTokens: 0,
      grants: 0,
      sessions: 0,
      complete: true,
    });
    expect(await statusesOf([child, ...grandchildren, stranger])).toEqual([
      'revoked',
      'revoked',
      'active',
      'active',
    ]);
  });

  it('ends everything of the application or the user it is for', async () => {
    const [applicationId, userId] = [newId('app'), newId('usr')];
    const [one, other] = [await issue({ applicationId, userId }), await issue({ applicationId })];
    const third = await issue({ userId });
    await revoke(other.id, { cascade: 'application' });
    expect(await statusesOf([one, other, third])).toEqual(['revoked', 'revoked', 'active']);
    const answer = await revoke(third.id, { cascade: 'user', dryRun: true });
    expect(answer.body).toMatchObject({ status: 'active', cascaded: { dryRun: true, tokens: 1 } });
    expect(await statusOf(third.id)).toBe('active');
  });

  it('says which cascade a token does not have', async () => {
    const { id } = await issue();
    const answer = await revoke(id, { cascade: 'user' });
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'cascade']);
    expect(await statusOf(id)).toBe('active');
  });

  it('ends nothing of a protected token’s family', async () => {
    const root = await maker();
    const child = await issue({}, root.token);
    await issuer.call('PATCH', `/v1/tokens/${root.id}`, { protected: true });
    expect((await revoke(root.id, { cascade: 'family' })).body.code).toBe('token-protected');
    expect(await statusOf(child.id)).toBe('active');
  });
});

describe('POST /v1/revocations', () => {
  it('says what it would end, then ends it, then finds nothing', async () => {
    const application = newId('app');
    const tokens = [await issue({ applicationId: application }), await issue({ applicationId: application })];
    const rehearsal = RevocationSummary.parse((await revocations({ application, dryRun: true })).body);
    expect(rehearsal).toMatchObject({ tokens: 2, complete: true });
    expect(await statusesOf(tokens)).toEqual(['active', 'active']);
    expect((await revocations({ application })).body).toEqual({ ...rehearsal, dryRun: false });
    expect(await statusesOf(tokens)).toEqual(['revoked', 'revoked']);
    expect((await revocations({ application })).body).toMatchObject({ tokens: 0, complete: true });
  });

  it.each(['userId', 'applicationId'])('reaches what was issued with the tokens of a %s', async (field) => {
    const of = newId(field === 'userId' ? 'usr' : 'app');
    const root = await issue({ [field]: of, scopes: ['tokens:write'] });
    const child = await maker(root.token);
    const grandchild = await issue({}, child.token);
    await revoke(root.id, {});
    const target = field === 'userId' ? { user: of } : { application: of };
    expect((await revocations(target)).body).toMatchObject({ tokens: 2, complete: true });
    expect(await statusesOf([child, grandchild])).toEqual(['revoked', 'revoked']);
  });

  it('ends 250 a call and says when there is more', async () => {
    const user = newId('usr');
    const token = { name: 'n', scopes: ['a:b'], userId: user };
    await issuer.call('POST', '/v1/tokens/bulk', { tokens: Array.from({ length: 250 }, () => token) });
    const { id: last } = await issue({ userId: user });
    expect((await revocations({ user })).body).toMatchObject({ tokens: 250, complete: false });
    expect(await statusOf(last)).toBe('active');
    expect((await revocations({ user })).body).toMatchObject({ tokens: 1, complete: true });
    expect(await statusOf(last)).toBe('revoked');
  });

  it('ends a whole tenant, but the token it was asked with', async () => {
    const { id } = await issue();
    const { body } = await revocations({ tenant: true });
    expect(body.complete).toBe(true);
    expect(await statusOf(id)).toBe('revoked');
  });

  it.each([{}, { application: newId('app'), tenant: true }, { user: 'nobody' }, { tenant: false }])(
    'refuses %j: exactly one target',
    async (target) => {
      const answer = await revocations(target);
      expect([answer.status, answer.body.code]).toEqual([400, 'body-invalid']);
    },
  );
});
