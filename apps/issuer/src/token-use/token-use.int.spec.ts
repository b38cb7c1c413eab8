import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestBatches } from '../../test/request-batches.js';
import { startIssuer } from '../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let gateway: Awaited<ReturnType<typeof requestBatches>>;
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await requestBatches(issuer.server.url);
});
afterAll(async () => {
  await gateway.close();
  await issuer.stop();
});

const issue = async (scopes = ['a:b', 'c:d']) =>
  (await issuer.call('POST', '/v1/tokens', { name: 'x', scopes })).body;
const get = async (path: string) => (await issuer.call('GET', `/v1/tokens${path}`)).body;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const unused = async (days: number) =>
  (await get(`?unusedForDays=${days}&limit=500`)).items.map((token: { id: string }) => token.id);
const daysAgo = (days: number) => minutesAgo(days * 1_440);
const issuedAgo = async (days: number) => {
  const { id } = await issue();
  await issuer.dataSource.query('update token_summary set created_at = $1 where id = $2', [
    daysAgo(days),
    id,
  ]);
  return id;
};
/** Batches are taken in order: when a later one shows, the earlier ones have been applied. */
async function afterAllBatches() {
  const { id } = await issue();
  await gateway.log({ tokenId: id });
  await eventually(async () => expect((await get(`/${id}`)).lastUsed).not.toBeNull());
}

describe('last use', () => {
  it('is fed back from the gateways, for the token and each of its secrets', async () => {
    const { id, secrets, lastUsed } = await issue();
    expect([lastUsed, secrets[0].lastUsed]).toEqual([null, null]);
    await issuer.call('POST', `/v1/tokens/${id}/rotate`, { overlapSeconds: 60 });
    const [second, first] = (await get(`/${id}`)).secrets;
    const [early, late] = [minutesAgo(10), minutesAgo(5)];
    await gateway.log(
      { tokenId: id, secretId: second.id, at: late, clientAddress: '192.0.2.7', country: 'FR' },
      { tokenId: id, secretId: first.id, at: early },
    );
    const use = { at: late, ip: '192.0.2.7', country: 'FR' };
    await eventually(async () =>
      expect(await get(`/${id}`)).toMatchObject({
        lastUsed: { ...use, secretId: second.id },
        secrets: [{ lastUsed: use }, { lastUsed: { at: early, ip: '192.0.2.1', country: 'DE' } }],
      }),
    );
    expect((await get('')).items.find((token: { id: string }) => token.id === id).lastUsed.at).toBe(late);
  });

  it('never moves backwards, whatever comes late or twice', async () => {
    const { id } = await issue();
    const late = minutesAgo(1);
    await gateway.log({ tokenId: id, at: late, clientAddress: '192.0.2.2' });
    await gateway.log(
      { tokenId: id, at: minutesAgo(9) },
      { tokenId: id, at: late, clientAddress: '192.0.2.3' },
    );
    await afterAllBatches();
    expect((await get(`/${id}`)).lastUsed).toMatchObject({ at: late, ip: '192.0.2.2' });
  });

  it('is never in the future, although a gateway’s clock may be', async () => {
    const { id } = await issue();
    await gateway.log({ tokenId: id, at: minutesAgo(-600) });
    await afterAllBatches();
    expect(Date.parse((await get(`/${id}`)).lastUsed.at)).toBeLessThanOrEqual(Date.now());
  });

  it('counts no refused request, no other tenant’s and no unknown token', async () => {
    const { id } = await issue();
    const nobody = `tok_${'0'.repeat(32)}`;
    await gateway.log(
      { tokenId: id, outcome: 'refused', status: 403 },
      { tokenId: id, tenant: 'acme' },
      { tokenId: nobody },
    );
    await afterAllBatches();
    expect((await get(`/${id}`)).lastUsed).toBeNull();
    const rows = await issuer.dataSource.query('select from secret_use where token_id = $1', [nobody]);
    expect(rows).toEqual([]);
  });

  it('counts what the issuer sees itself: its own API, and tokens it is asked to verify', async () => {
    const { id, token } = await issue(['tokens:read', 'a:b']);
    const mine = { authorization: `Bearer ${token}` };
    await issuer.call('GET', '/v1/tokens', undefined, mine);
    await issuer.call('POST', '/v1/tokens/verify', { token, scopes: ['a:b'], ip: '198.51.100.1' });
    await issuer.call('POST', '/v1/tokens/verify', { token, scopes: ['other'], ip: '198.51.100.2' });
    await eventually(async () =>
      expect((await get(`/${id}/scopes/unused`)).scopes).toMatchObject([
        { unused: false },
        { unused: false },
      ]),
    );
    expect((await get(`/${id}`)).lastUsed.ip).toBe('198.51.100.1');
  });

  it('is no event: the token’s stream stays as it was', async () => {
    const { id } = await issue();
    await gateway.log({ tokenId: id });
    await eventually(async () => expect((await get(`/${id}`)).lastUsed).not.toBeNull());
    expect((await get(`/${id}/events`)).items).toHaveLength(1);
  });

  it('goes on after a message that is no batch, and after a record that is none', async () => {
    const { id } = await issue();
    await gateway.send({ type: 'nonsense' });
    await gateway.log({ tokenId: 'x', status: -1, at: 'yesterday' }, { tokenId: id });
    await eventually(async () => expect((await get(`/${id}`)).lastUsed).not.toBeNull());
  });
});

describe('GET /v1/tokens?unusedForDays=', () => {
  it('lists what was not used for that long; never used counts from the issue', async () => {
    const [never, long, lately, fresh] = [
      await issuedAgo(40),
      await issuedAgo(40),
      await issuedAgo(40),
      await issuedAgo(0),
    ];
    await gateway.log({ tokenId: long, at: daysAgo(35) }, { tokenId: lately, at: daysAgo(3) });
    await afterAllBatches();
    expect(await unused(30)).toEqual([never, long]);
    expect(await unused(36)).toEqual([never]);
    expect(await unused(1)).not.toContain(fresh);
  });

  it('leaves out what cannot be used anyway', async () => {
    const [revoked, expired] = [await issuedAgo(400), await issuedAgo(400)];
    await issuer.call('POST', `/v1/tokens/${revoked}/revoke`, { reason: 'x' });
    await issuer.dataSource.query('update token_summary set expires_at = now() where id = $1', [expired]);
    expect(await unused(390)).toEqual([]);
  });

  it.each(['0', 'x', '4000'])('refuses %s days', async (days) => {
    const answer = await issuer.call('GET', `/v1/tokens?unusedForDays=${days}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'query-invalid']);
  });
});

describe('GET /v1/tokens/{id}/scopes/unused', () => {
  it('tells the scopes nobody needed, and PATCH with its shrink takes them away', async () => {
    const { id } = await issue(['a:b', 'c:d', 'e:f']);
    const [long, lately] = [minutesAgo(3 * 1_440), minutesAgo(2)];
    await gateway.log(
      { tokenId: id, scopes: ['a:b'], at: lately },
      { tokenId: id, scopes: ['a:b', 'c:d'], at: long },
      { tokenId: id, scopes: ['e:f'], outcome: 'refused' },
    );
    await afterAllBatches();
    const answer = await get(`/${id}/scopes/unused?days=2`);
    expect(answer).toMatchObject({
      tokenId: id,
      conclusive: false,
      scopes: [
        { scope: 'a:b', unused: false, lastUsedAt: lately },
        { scope: 'c:d', unused: true, lastUsedAt: long },
        { scope: 'e:f', unused: true, lastUsedAt: null },
      ],
      shrink: { scopes: ['a:b'] },
    });
    await issuer.call('PATCH', `/v1/tokens/${id}`, answer.shrink);
    expect(await get(`/${id}/scopes/unused`)).toMatchObject({ scopes: [{ scope: 'a:b' }], shrink: null });
  });

  it('is not found for another tenant’s token', async () => {
    const { id } = await issue();
    await issuer.dataSource.query(`update token_summary set tenant = 'other' where id = $1`, [id]);
    const answer = await issuer.call('GET', `/v1/tokens/${id}/scopes/unused`);
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
  });
});
