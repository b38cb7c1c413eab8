import { formatOpaqueToken } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestBatches } from '../../test/request-batches.js';
import { startIssuer } from '../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer({ LEAK_POLICY: 'suspend' });
});
afterAll(() => issuer.stop());

const issue = async () =>
  (await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a:b', 'c:d'] })).body;
const get = async (path: string) => (await issuer.call('GET', path)).body;
const report = (body: unknown, headers = {}) => issuer.call('POST', '/v1/leaks', body, headers);
const refusalOf = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code];
const setPolicy = (leaks: unknown) => issuer.call('PATCH', '/v1/tenants/default', { policy: { leaks } });
const statusAfter = async (source: string) => {
  const { id, token } = await issue();
  expect((await report({ token, source })).body.label).toBe('true_positive');
  return (await get(`/v1/tokens/${id}`)).status;
};

describe('POST /v1/leaks with a token of one’s own', () => {
  it('suspends a token of the caller’s tenant and names the leak', async () => {
    const { id, token } = await issue();
    const { body } = await report({ token, source: 'chat' });
    expect(body).toEqual({ label: 'true_positive', leakId: expect.stringMatching(/^leak_/) });
    expect((await get(`/v1/tokens/${id}`)).status).toBe('suspended');
  });

  it('does what the tenant’s policy says of the source, else of all, else what the operator’s says', async () => {
    await setPolicy({ usual: 'revoke', bySource: { chat: 'report' } });
    expect([await statusAfter('chat'), await statusAfter('log')]).toEqual(['active', 'revoked']);
    await setPolicy({ bySource: { chat: 'revoke' } });
    expect([await statusAfter('chat'), await statusAfter('log')]).toEqual(['revoked', 'suspended']);
    expect((await setPolicy({ usual: 'ignore' })).body.code).toBe('body-invalid');
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`s${i}`, 'report']));
    expect((await setPolicy({ bySource: many })).body.code).toBe('body-invalid');
    await setPolicy({});
  });

  it('answers another tenant’s token as it answers one nobody knows', async () => {
    const { id, token } = await issue();
    await issuer.dataSource.query(`update token_summary set tenant = 'other' where id = $1`, [id]);
    const [foreign, unknown] = [
      await report({ token }),
      await report({ token: formatOpaqueToken('gh', 'live') }),
    ];
    expect(foreign.body).toEqual({ label: 'false_positive' });
    expect([foreign.status, foreign.body]).toEqual([unknown.status, unknown.body]);
    const events = await issuer.dataSource.query('select from events where stream_id = $1', [id]);
    expect(events).toHaveLength(1);
  });

  it('needs a token with leaks:report, and a body', async () => {
    expect(refusalOf(await report({ token: 'x' }, { authorization: '' }))).toEqual([401, 'token-missing']);
    const reader = { authorization: `Bearer ${issuer.readerToken}` };
    expect(refusalOf(await report({ token: 'x' }, reader))).toEqual([403, 'scope-insufficient']);
    expect(refusalOf(await report({}))).toEqual([400, 'body-invalid']);
  });

  it('takes sixty a minute from one caller', async () => {
    const { token } = (await issuer.call('POST', '/v1/tokens', { name: 'r', scopes: ['leaks:report'] })).body;
    const mine = { authorization: `Bearer ${token}` };
    for (let i = 0; i < 60; i++) expect((await report({ token: 'x' }, mine)).status).toBe(200);
    expect(refusalOf(await report({ token: 'x' }, mine))).toEqual([429, 'rate-limited']);
  });
});

describe('GET /v1/leaks/{id}', () => {
  it('tells what the token may do, did, and from where', async () => {
    const gateway = await requestBatches(issuer.server.url);
    const { id, token, secrets } = await issue();
    const at = new Date(Date.now() - 60_000).toISOString();
    await gateway.log({ tokenId: id, secretId: secrets[0].id, scopes: ['a:b'], at, country: 'NL' });
    await eventually(async () => expect((await get(`/v1/tokens/${id}`)).lastUsed).not.toBeNull());
    await gateway.close();
    const { leakId } = (
      await issuer.call('POST', '/v1/leaks', { token, url: 'https://chat.example/7', source: 'chat' })
    ).body;
    const used = { firstUsedAt: at, lastUsedAt: at };
    expect(await get(`/v1/leaks/${leakId}`)).toMatchObject({
      id: leakId,
      tokenId: id,
      secretId: secrets[0].id,
      source: 'chat',
      url: 'https://chat.example/7',
      action: 'suspended',
      token: { status: 'suspended', scopes: ['a:b', 'c:d'] },
      lastUses: [{ secretId: secrets[0].id, at, ip: '192.0.2.1', country: 'NL' }],
      scopesUsed: [{ value: 'a:b', ...used }],
      countries: [{ value: 'NL', ...used }],
      links: { events: `/v1/tokens/${id}/events`, usage: expect.stringContaining(`/v1/usage?token=${id}`) },
    });
    await issuer.dataSource.query(`update events set tenant = 'other' where stream_id = $1`, [id]);
    expect(refusalOf(await issuer.call('GET', `/v1/leaks/${leakId}`))).toEqual([404, 'not-found']);
  });
});

describe('GET /v1/leaks/pattern', () => {
  it('is public, and matches every token', async () => {
    const answer = await fetch(`${issuer.url}/v1/leaks/pattern`);
    const { pattern } = (await answer.json()) as { pattern: string };
    const { token } = await issue();
    expect(`TOKEN="${token}"`).toMatch(new RegExp(pattern));
  });
});
