import { digestOfToken } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const issue = async (more: object = {}) =>
  (await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a:b', 'c:d'], ...more })).body;
const verify = async (body: object) => (await issuer.call('POST', '/v1/tokens/verify', body)).body;
const change = (id: string, what: string) => issuer.call('POST', `/v1/tokens/${id}/${what}`, { reason: 'x' });

describe('POST /v1/tokens/verify', () => {
  it('calls a live token valid, by itself or by its digest', async () => {
    const { id, token, expiresAt, secrets } = await issue();
    const valid = {
      valid: true,
      code: 'valid',
      token: { id, secretId: secrets[0].id, scopes: ['a:b', 'c:d'], expiresAt },
    };
    expect(await verify({ token, scopes: ['a:b'] })).toEqual(valid);
    expect(await verify({ digest: digestOfToken(token) })).toEqual(valid);
  });

  it('says what the token lacks for the request', async () => {
    const { token } = await issue({ ipAllow: ['10.0.0.0/8'] });
    expect(await verify({ token, scopes: ['a:b', 'e:f'] })).toMatchObject({
      valid: false,
      code: 'scope-insufficient',
    });
    expect(await verify({ token, ip: '192.0.2.1' })).toMatchObject({ valid: false, code: 'ip-not-allowed' });
    for (const ip of ['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203'])
      expect(await verify({ token, ip })).toMatchObject({ valid: true });
    expect(await verify({ token, ip: '2001:db8::1' })).toMatchObject({ code: 'ip-not-allowed' });
  });

  it('denies a token where it is denied, whatever its allow list says and however an address is written', async () => {
    const ipDeny = ['10.9.0.0/16', '::ffff:10.8.0.0/112', '2001:db8::/32'];
    const { token } = await issue({ ipAllow: ['10.0.0.0/8', '2001:db8::/31'], ipDeny });
    for (const ip of ['10.9.1.1', '::ffff:10.9.1.1', '::ffff:a09:101', '10.8.1.1', '2001:db8::1'])
      expect(await verify({ token, ip })).toMatchObject({ valid: false, code: 'ip-not-allowed' });
    for (const ip of ['10.7.1.1', '::ffff:10.7.1.1', '2001:db9::1'])
      expect(await verify({ token, ip })).toMatchObject({ valid: true });
  });

  it('says what became of the token', async () => {
    const { id, token } = await issue();
    await change(id, 'suspend');
    expect(await verify({ token })).toMatchObject({ valid: false, code: 'token-suspended' });
    await change(id, 'resume');
    await issuer.call('POST', `/v1/tokens/${id}/rotate`, { overlapSeconds: 0 });
    expect(await verify({ token })).toMatchObject({ valid: false, code: 'secret-retired' });
    await change(id, 'revoke');
    expect(await verify({ token })).toMatchObject({ valid: false, code: 'token-revoked' });
  });

  it('knows expired, malformed and foreign tokens apart', async () => {
    const { token } = await issue({ expiresInSeconds: 1 });
    await issuer.dataSource.query(`update token_summary set expires_at = now() where name = 'x'`);
    expect(await verify({ token })).toMatchObject({ valid: false, code: 'token-expired' });
    expect(await verify({ token: 'gh_live_x' })).toEqual({ valid: false, code: 'token-malformed' });
    expect(await verify({ digest: digestOfToken('x') })).toEqual({ valid: false, code: 'token-unknown' });
    const { id, token: foreign } = await issue();
    await issuer.dataSource.query('update token_summary set tenant = $1 where id = $2', ['other', id]);
    expect(await verify({ token: foreign })).toEqual({ valid: false, code: 'token-unknown' });
  });

  it.each([
    {},
    { token: 'x', digest: digestOfToken('x') },
    { token: 'x', ip: 'here' },
    { token: 'x', cost: -1 },
    { token: 'x', speed: 1 },
  ])('refuses %j', async (body) => {
    const answer = await issuer.call('POST', '/v1/tokens/verify', body);
    expect([answer.status, answer.body.code]).toEqual([400, 'body-invalid']);
  });
});
