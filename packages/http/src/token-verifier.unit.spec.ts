import type { AccessTokenAnswer, LookupAnswer } from '@gatehouse/contracts';
import { digestOfToken, formatOpaqueToken } from '@gatehouse/kernel';
import { describe, expect, it } from '@jest/globals';
import { IssuedAccessTokens } from './issued-access-tokens.js';
import { TokenVerifier } from './token-verifier.js';

const token = formatOpaqueToken('gh', 'live');
const header = Buffer.from('{"alg":"ES256"}').toString('base64url');
const tokenId = `tok_${'0'.repeat(32)}`;
const found: LookupAnswer = {
  found: true,
  asOf: '9.9',
  tokenId,
  tenant: 'default',
  status: 'active',
  scopes: ['tokens:read'],
  ipAllow: [],
  expiresAt: null,
  secretId: 'sec_1',
};

/** A lookup over a table the test may change, as the read model does. */
function verifierOver(table: Record<string, LookupAnswer>) {
  return new TokenVerifier({ lookup: async (digest) => table[digest] ?? { found: false, asOf: '9.9' } });
}

describe('TokenVerifier', () => {
  it('names the caller behind a live token', async () => {
    const verifier = verifierOver({ [digestOfToken(token)]: found });
    await expect(verifier.verify(token, '127.0.0.1')).resolves.toEqual({
      tokenId,
      secretId: 'sec_1',
      tenant: 'default',
      scopes: ['tokens:read'],
      actor: `token:${tokenId}`,
    });
  });

  it.each([
    ['token-unknown', undefined],
    ['token-suspended', { ...found, status: 'suspended' as const }],
    ['secret-retired', { ...found, status: 'retired' as const }],
    ['token-revoked', { ...found, status: 'revoked' as const }],
    ['token-expired', { ...found, expiresAt: '2020-01-01T00:00:00.000Z' }],
    ['ip-not-allowed', { ...found, ipAllow: ['10.0.0.0/8'] }],
    ['ip-not-allowed', { ...found, ipDeny: ['127.0.0.0/8'] }],
    ['ip-not-allowed', { ...found, ipAllow: ['127.0.0.1'], ipDeny: ['127.0.0.1'] }],
  ])('refuses with %s', async (code, answer) => {
    const verifier = verifierOver(answer ? { [digestOfToken(token)]: answer } : {});
    await expect(verifier.verify(token, '127.0.0.1')).rejects.toMatchObject({ code });
  });

  it('turns a mistyped token away without a look-up', async () => {
    const verifier = new TokenVerifier({ lookup: () => Promise.reject(new Error('looked up')) });
    await expect(verifier.verify(`${token.slice(0, -1)}!`, '127.0.0.1')).rejects.toMatchObject({
      code: 'token-malformed',
    });
  });

  it('sees a revocation at once when told of it', async () => {
    const table: Record<string, LookupAnswer> = { [digestOfToken(token)]: found };
    const verifier = verifierOver(table);
    await verifier.verify(token, '127.0.0.1');
    table[digestOfToken(token)] = { ...found, status: 'revoked' };
    verifier.forget(tokenId);
    await expect(verifier.verify(token, '127.0.0.1')).rejects.toMatchObject({ code: 'token-revoked' });
  });

  it('asks the issuer about access tokens too, each time, and takes what it says', async () => {
    const accessToken = `${header}.${header}.c2lnbmF0dXJl`;
    const caller = { tokenId, tenant: 'acme', scopes: ['usage:read'], actor: 'user:usr_1' };
    const answers: AccessTokenAnswer[] = [
      { taken: true, ...caller },
      { taken: false, code: 'token-revoked', detail: 'The token was revoked.' },
    ];
    const verifier = verifierOver({});
    await expect(verifier.verify(accessToken, '')).rejects.toMatchObject({ code: 'token-malformed' });
    verifier.recognize(
      new IssuedAccessTokens({
        lookupAccessToken: async () => answers.shift() ?? Promise.reject(new Error('connect ECONNREFUSED')),
      }),
    );
    await expect(verifier.verify(accessToken, '')).resolves.toEqual({ ...caller, secretId: null });
    for (const code of ['token-revoked', 'issuer-unavailable'])
      await expect(verifier.verify(accessToken, '')).rejects.toMatchObject({ code });
  });

  it('lets nobody in while the issuer cannot answer', async () => {
    const verifier = new TokenVerifier({ lookup: () => Promise.reject(new Error('connect ECONNREFUSED')) });
    await expect(verifier.verify(token, '127.0.0.1')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'issuer-unavailable',
    });
  });
});
