import { createHash, randomBytes } from 'node:crypto';
import { bulkOf, TokenView } from '@gatehouse/contracts';
import { digestOfToken } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const foreignKey = () => `sk_old_${randomBytes(24).toString('hex')}`;
const sha256 = (key: string, encoding: 'hex' | 'base64url' = 'hex') =>
  createHash('sha256').update(key).digest(encoding);
const terms = { name: 'from the old system', scopes: ['demo:read'] };
const importAll = async (tokens: unknown[]) => {
  const answer = await issuer.call('POST', '/v1/tokens/import', { tokens });
  return bulkOf(TokenView).parse(answer.body).results;
};

describe('POST /v1/tokens/import', () => {
  it.each(['hex', 'base64url'] as const)(
    'takes a key over by its SHA-256 in %s: it works as it is',
    async (encoding) => {
      const key = foreignKey();
      const [result] = await importAll([{ ...terms, sha256: sha256(key, encoding), last4: key.slice(-4) }]);
      expect(result).toMatchObject({ ok: true, value: { status: 'active', last4: key.slice(-4) } });
      const digest = digestOfToken(key);
      const verdict = await issuer.call('POST', '/v1/tokens/verify', { digest, scopes: ['demo:read'] });
      expect(verdict.body).toMatchObject({ valid: true, token: { scopes: ['demo:read'] } });
      const found = await issuer.call('POST', '/v1/tokens/lookup', { digest });
      expect(found.body).toMatchObject({ found: true, status: 'active' });
    },
  );

  it('can be revoked, and rotated into one of ours', async () => {
    const key = foreignKey();
    const [result] = await importAll([{ ...terms, sha256: sha256(key) }]);
    const { id } = result?.ok ? result.value : { id: 'none' };
    const rotated = await issuer.call('POST', `/v1/tokens/${id}/rotate`, { overlapSeconds: 0 });
    expect(rotated.body.token).toMatch(/^gh_live_/);
    const found = await issuer.call('POST', '/v1/tokens/lookup', { digest: digestOfToken(key) });
    expect(found.body).toMatchObject({ tokenId: id, status: 'retired' });
  });

  it('refuses item by item: what is known already, twice in a list, wrong or not grantable', async () => {
    const [known, twice] = [foreignKey(), foreignKey()].map((key) => sha256(key));
    await importAll([{ ...terms, sha256: known }]);
    const results = await importAll([
      { ...terms, sha256: known },
      { ...terms, sha256: twice },
      { ...terms, sha256: twice },
      { ...terms, sha256: 'abc' },
      { ...terms, scopes: ['audit:read'], sha256: sha256(foreignKey()) },
    ]);
    expect(results.map((result) => (result.ok ? 'imported' : result.problem.code))).toEqual([
      'conflict',
      'imported',
      'conflict',
      'body-invalid',
      'scope-not-grantable',
    ]);
  });

  it('stores neither the key nor its plain digest', async () => {
    const key = foreignKey();
    await importAll([{ ...terms, sha256: sha256(key) }]);
    const [{ dump }] = await issuer.dataSource.query(
      `select (select json_agg(e)::text from events e) || (select json_agg(s)::text from token_secret s) as dump`,
    );
    for (const secret of [key, sha256(key), sha256(key, 'base64url')]) expect(dump).not.toContain(secret);
  });
});
