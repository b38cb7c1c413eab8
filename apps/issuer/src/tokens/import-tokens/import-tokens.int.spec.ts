import { createHash, createHmac, randomBytes } from 'node:crypto';
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

const lookup = async (token: string, tenant = 'default', digest = digestOfToken(token)) =>
  issuer.call('POST', '/v1/tokens/lookup', { digest, presented: { token, tenant } });

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

describe('POST /v1/tokens/import by HMAC', () => {
  const pepper = randomBytes(32);
  const hmacOf = (key: string, encoding: 'hex' | 'base64url' = 'hex', under = pepper) =>
    createHmac('sha256', under).update(key).digest(encoding);
  const addKey = async (key = pepper) =>
    (await issuer.call('POST', '/v1/import-keys', { name: 'old', key: key.toString('base64url') })).body;

  it.each(['hex', 'base64url'] as const)('takes a key over by its HMAC-SHA-256 in %s', async (encoding) => {
    const { id: importKeyId } = await addKey();
    const key = foreignKey();
    const [result] = await importAll([{ ...terms, hmacSha256: hmacOf(key, encoding), importKeyId }]);
    const { id = '' } = result?.ok ? result.value : {};
    expect((await lookup(key)).body).toMatchObject({ found: true, tokenId: id, status: 'active' });
    const verdict = await issuer.call('POST', '/v1/tokens/verify', { token: key, scopes: ['demo:read'] });
    expect(verdict.body).toMatchObject({ valid: true, token: { id } });
    await issuer.call('POST', `/v1/tokens/${id}/revoke`, { reason: 'test' });
    expect((await lookup(key)).body).toMatchObject({ found: true, status: 'revoked' });
  });

  it('finds it neither by its digest or its HMAC alone, nor for another tenant', async () => {
    const { id: importKeyId } = await addKey();
    const key = foreignKey();
    await importAll([{ ...terms, hmacSha256: hmacOf(key), importKeyId }]);
    for (const digest of [digestOfToken(key), hmacOf(key, 'base64url')]) {
      const { body } = await issuer.call('POST', '/v1/tokens/lookup', { digest });
      expect(body.found).toBe(false);
    }
    expect((await lookup(key, 'acme')).body.found).toBe(false);
    expect((await lookup(foreignKey())).body.found).toBe(false);
  });

  it('looks up no token that has no business to travel', async () => {
    const { body: ours } = await issuer.call('POST', '/v1/tokens', terms);
    const answers = [await lookup(ours.token), await lookup(foreignKey(), 'default', digestOfToken('x'))];
    for (const { status, body } of answers)
      expect([status, body.errors[0].field]).toEqual([400, 'presented.token']);
  });

  it('refuses an HMAC without its import key, with one that is not there, and both hashes at once', async () => {
    const { id: importKeyId } = await addKey();
    const hmacSha256 = hmacOf(foreignKey());
    const results = await importAll([
      { ...terms, hmacSha256 },
      { ...terms, hmacSha256, importKeyId: `imk_${'0'.repeat(32)}` },
      { ...terms, hmacSha256, importKeyId, sha256: sha256('x') },
      { ...terms, hmacSha256, importKeyId },
      { ...terms, hmacSha256, importKeyId },
    ]);
    expect(results.map((result) => (result.ok ? 'imported' : result.problem.code))).toEqual([
      'body-invalid',
      'body-invalid',
      'body-invalid',
      'imported',
      'conflict',
    ]);
  });

  it('keeps the import key sealed, and neither key nor HMAC anywhere', async () => {
    const secret = randomBytes(32);
    const { id: importKeyId, ...view } = await addKey(secret);
    expect(Object.keys(view).toSorted()).toEqual(['createdAt', 'createdBy', 'name']);
    const key = foreignKey();
    const hmac = hmacOf(key, 'base64url', secret);
    await importAll([{ ...terms, hmacSha256: hmac, importKeyId }]);
    const [{ dump }] = await issuer.dataSource.query(
      `select (select json_agg(e)::text from events e) || (select json_agg(s)::text from token_secret s)
        || (select json_agg(k)::text from import_key k) as dump`,
    );
    for (const text of [key, hmac, secret.toString('base64url'), secret.toString('hex')])
      expect(dump).not.toContain(text);
  });

  it('keeps an import key for as long as a secret that works needs it', async () => {
    const { id: importKeyId } = await addKey();
    const key = foreignKey();
    const [result] = await importAll([{ ...terms, hmacSha256: hmacOf(key), importKeyId }]);
    const { id = '' } = result?.ok ? result.value : {};
    const remove = () => issuer.call('DELETE', `/v1/import-keys/${importKeyId}`);
    expect((await remove()).body.code).toBe('import-key-in-use');
    await issuer.call('POST', `/v1/tokens/${id}/rotate`, { overlapSeconds: 0 });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);
    const { body } = await issuer.call('GET', '/v1/import-keys');
    expect(body.items.map((item: { id: string }) => item.id)).not.toContain(importKeyId);
    expect((await lookup(key)).body.found).toBe(false);
  });

  it('refuses more import keys than are tried on each key, also when they come at once', async () => {
    const { items: before } = (await issuer.call('GET', '/v1/import-keys')).body;
    const key = randomBytes(32).toString('base64url');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => issuer.call('POST', '/v1/import-keys', { name: 'more', key })),
    );
    const taken = answers.filter(({ status }) => status === 201);
    expect(taken).toHaveLength(8 - before.length);
    for (const { status, body } of answers.filter((answer) => !taken.includes(answer)))
      expect([status, body.code]).toEqual([409, 'conflict']);
    expect((await issuer.call('GET', '/v1/import-keys')).body.items).toHaveLength(8);
  });

  it.each(['', 'AAAA', '!'.repeat(40), 'A'.repeat(690)])(
    'refuses an import key that is none',
    async (key) => {
      expect((await issuer.call('POST', '/v1/import-keys', { name: 'x', key })).body.code).toBe(
        'body-invalid',
      );
    },
  );
});
