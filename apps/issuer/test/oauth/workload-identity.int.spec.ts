import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import * as client from 'openid-client';
import { configurationOf } from './signed-in.js';
import { RESOURCE } from './stage.js';
import { EXCHANGE, JWT_BEARER, setWorkloadStage, type WorkloadStage } from './workload-stage.js';

const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

describe('workload identity', () => {
  let stage: WorkloadStage;

  beforeAll(async () => {
    stage = await setWorkloadStage();
  });
  afterAll(() => stage.stop());

  it('lets a CI job in without any secret (RFC 7523), narrowed, for no longer than its own token', async () => {
    const answer = await stage.bearer(await stage.job());
    expect(answer).toMatchObject({ token_type: 'bearer', scope: 'demo:read' });
    expect(answer.expires_in).toBeLessThanOrEqual(300);
    const claims = decodeJwt(answer.access_token);
    expect(claims).toMatchObject({ sub: stage.application.id, aud: RESOURCE, scope: 'demo:read' });
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.at(-1)).toMatchObject({
      stream_id: claims.jti,
      data: {
        grantType: JWT_BEARER,
        workload: { trustedIssuerId: stage.trustedIssuerId, subject: 'repo:acme/api:ref:refs/heads/main' },
      },
    });
  });

  it('lets a pod in by token exchange (RFC 8693), by its namespace and service account', async () => {
    const pods = await stage.register({ authentication: 'public', grantTypes: [EXCHANGE] });
    await stage.trust({
      applicationId: pods.id,
      audience: 'gatehouse',
      maxTtlSeconds: 60,
      conditions: [
        { claim: '/kubernetes.io/namespace', matches: 'prod' },
        { claim: '/kubernetes.io/serviceaccount/name', matches: 'worker' },
      ],
    });
    const as = await configurationOf(stage, pods);
    const exchange = async (namespace: string) =>
      client.genericGrantRequest(as, EXCHANGE, {
        subject_token_type: JWT,
        subject_token: await stage.outside.sign({
          aud: ['gatehouse'],
          sub: `system:serviceaccount:${namespace}:worker`,
          'kubernetes.io': { namespace, pod: { name: 'worker-1' }, serviceaccount: { name: 'worker' } },
        }),
      });
    expect(await exchange('prod')).toMatchObject({ expires_in: 60, issued_token_type: ACCESS_TOKEN });
    await expect(exchange('dev')).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('may have less, never more', async () => {
    const both = await stage.trust({
      name: 'both',
      scopes: ['demo:read', 'demo:write'],
      conditions: [{ claim: '/sub', matches: 'both' }],
    });
    expect(await stage.bearer(await stage.job({ sub: 'both' }), { scope: 'demo:write' })).toMatchObject({
      scope: 'demo:write',
    });
    await expect(stage.bearer(await stage.job(), { scope: 'demo:write' })).rejects.toMatchObject({
      error: 'invalid_scope',
    });
    await expect(stage.bearer(await stage.job(), { resource: 'https://x.example' })).rejects.toMatchObject({
      error: 'invalid_target',
    });
    await stage.call('POST', `/v1/trusted-issuers/${both}/distrust`, { reason: 'test' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['of another repository', { repository: 'evil/api' }],
    ['of another branch kind', { sub: 'repo:acme/api:ref:refs/tags/main' }],
    ['of a branch that reaches further', { sub: 'repo:acme/api:ref:refs/heads/x/y' }],
    ['without the claim', { repository: undefined }],
    ['for somebody else', { aud: 'https://other.example' }],
    ['for somebody else as well', { aud: ['self', 'https://other.example'] }],
    ['for nobody', { aud: undefined }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that has ended', { exp: 1_000_000_000 }],
    ['without an end', { exp: undefined }],
    ['that is not good yet', { nbf: 4_000_000_000 }],
    ['of nobody', { sub: undefined }],
  ])('lets nobody in on a token %s', async (_what, more) => {
    const claims = Array.isArray(more['aud']) ? { aud: [stage.url, 'https://other.example'] } : more;
    await expect(stage.bearer(await stage.job(claims))).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('lets nobody in on a forgery, and fetches keys from nowhere but where it was told', async () => {
    const good = await stage.job();
    const stranger = await generateKeyPair('RS256');
    const forge = (header: Record<string, unknown>) =>
      new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'RS256', ...header }).sign(stranger.privateKey);
    const jwk = await exportJWK(stranger.publicKey);
    const secret = new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'HS256' });
    for (const forged of [
      new UnsecuredJWT(decodeJwt(good)).encode(),
      await forge({}),
      await forge({ jwk }),
      await forge({ jku: 'https://evil.example/jwks', kid: 'x' }),
      await secret.sign(Buffer.from(JSON.stringify(jwk))),
      `${good}=`,
      'x',
      `${'a'.repeat(20_000)}.a.a`,
    ])
      await expect(stage.bearer(forged)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('belongs to one application: no other, none of another grant, none with its id alone', async () => {
    const other = await configurationOf(
      stage,
      await stage.register({ authentication: 'public', grantTypes: [EXCHANGE] }),
    );
    await expect(stage.bearer(await stage.job(), {}, other)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const machine = await configurationOf(stage, await stage.register());
    await expect(stage.bearer(await stage.job(), {}, machine)).rejects.toMatchObject({
      error: 'invalid_request',
    });
    const { token } = (await stage.call('POST', '/v1/tokens', { name: 'CI', scopes: ['demo:read'] })).body;
    const exchanged = client.genericGrantRequest(stage.config, EXCHANGE, {
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
    });
    await expect(exchanged).rejects.toMatchObject({ error: 'unauthorized_client' });
  });

  it('ends with the trust, and so do the tokens it gave', async () => {
    const id = await stage.trust({ conditions: [{ claim: '/sub', matches: 'short' }] });
    const { access_token: token } = await stage.bearer(await stage.job({ sub: 'short' }));
    const gone = await stage.call('POST', `/v1/trusted-issuers/${id}/distrust`, { reason: 'test' });
    expect(gone.status).toBe(204);
    expect((await stage.events('token.revoked.v1')).map(({ stream_id }) => stream_id)).toContain(
      decodeJwt(token).jti,
    );
    await expect(stage.bearer(await stage.job({ sub: 'short' }))).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect((await stage.call('GET', `/v1/trusted-issuers/${id}`)).status).toBe(404);
    const { items } = (await stage.call('GET', '/v1/trusted-issuers')).body;
    expect(items.map((one: { id: string }) => one.id)).not.toContain(id);
  });
});
