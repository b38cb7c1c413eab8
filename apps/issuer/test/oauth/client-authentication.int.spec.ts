import { randomUUID } from 'node:crypto';
import type { ClientProof } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import { RESOURCE, type Stage, setStage } from './stage.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
type Application = Awaited<ReturnType<Stage['register']>>;

const now = () => Math.floor(Date.now() / 1000);

const refused = async (answer: Promise<{ status: number; body: { errors: { field: string }[] } }>) => {
  const { status, body } = await answer;
  return [status, body.errors[0]?.field];
};

describe('an application with a key instead of a secret (RFC 7523 §2.2)', () => {
  let stage: Stage;
  let pair: KeyPair;
  let application: Application;

  beforeAll(async () => {
    stage = await setStage();
    pair = await generateKeyPair('ES256', { extractable: true });
    application = await stage.register({ proof: await proofOf(pair) });
  });
  afterAll(() => stage.stop());

  const proofOf = async ({ publicKey }: KeyPair): Promise<ClientProof> => ({
    method: 'private_key_jwt',
    jwks: { keys: [(await exportJWK(publicKey)) as never] },
  });
  const assertion = (
    more: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key?: KeyPair,
  ) =>
    new SignJWT({
      iss: application.id,
      sub: application.id,
      aud: stage.url,
      jti: randomUUID(),
      iat: now(),
      exp: now() + 60,
      ...more,
    })
      .setProtectedHeader({ alg: 'ES256', ...header })
      .sign((key ?? pair).privateKey, { crit: { x: true } });
  const real = (aud: unknown) =>
    aud === 'self' ? stage.url : aud === 'token' ? `${stage.url}/oauth/token` : aud;
  const shared = (alg: string, secret: string) =>
    new SignJWT({
      iss: application.id,
      sub: application.id,
      aud: stage.url,
      jti: randomUUID(),
      exp: now() + 60,
    })
      .setProtectedHeader({ alg })
      .sign(Buffer.from(secret));
  async function present(clientAssertion: string, more: Record<string, string> = {}) {
    const answer = await fetch(`${stage.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: clientAssertion,
        ...more,
      }),
    });
    return [answer.status, ((await answer.json()) as { error?: string }).error];
  }

  it('has no secret, and gets tokens by signing', async () => {
    expect([application.clientSecret, application.secrets]).toEqual([null, []]);
    const config = await client.discovery(
      new URL(stage.url),
      application.id,
      undefined,
      client.PrivateKeyJwt(pair.privateKey),
      { execute: [client.allowInsecureRequests] },
    );
    expect(config.serverMetadata().token_endpoint_auth_methods_supported).toContain('private_key_jwt');
    const answer = await client.clientCredentialsGrant(config, { resource: RESOURCE });
    expect(await client.tokenIntrospection(config, answer.access_token)).toMatchObject({ active: true });
  });

  it('is let in once by an assertion, of 50 at the same moment', async () => {
    const once = await assertion();
    const answers = await Promise.all(Array.from({ length: 50 }, () => present(once)));
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1);
    expect(await present(once)).toEqual([401, 'invalid_client']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['for another server', { aud: 'https://other.example' }],
    ['for another server as well', { aud: ['https://other.example', 'self'] }],
    ['for the issuer in a list', { aud: ['self'] }],
    ['for the token endpoint, which another server could claim as its own', { aud: 'token' }],
    ['for nobody', { aud: undefined }],
    ['of another application', { iss: `app_${'0'.repeat(32)}` }],
    ['without an id', { jti: undefined }],
    ['without an end', { exp: undefined }],
    ['that has ended', { exp: 1 }],
    ['that lives for a day', { exp: 86_400 }],
    ['that is not good yet', { nbf: 86_400 }],
  ])('is not let in by an assertion %s', async (_what, more) => {
    const { aud, exp, nbf } = more;
    const claims = {
      ...more,
      ...('aud' in more ? { aud: Array.isArray(aud) ? aud.map(real) : real(aud) } : {}),
      ...(typeof exp === 'number' && exp > 1 ? { exp: now() + exp } : {}),
      ...(typeof nbf === 'number' ? { nbf: now() + nbf } : {}),
    };
    expect(await present(await assertion(claims))).toEqual([401, 'invalid_client']);
  });

  it('is not let in by a forged assertion', async () => {
    const stranger = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(stranger.publicKey);
    const { x, y } = await exportJWK(pair.publicKey);
    const [head, body] = (await assertion()).split('.') as [string, string];
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const forged of [
      await assertion({}, {}, stranger),
      await assertion({}, { jwk }, stranger),
      await assertion({}, { jku: 'https://evil.example/jwks' }, stranger),
      await assertion({}, { crit: ['x'], x: 1 }),
      await shared('HS256', JSON.stringify({ kty: 'EC', crv: 'P-256', x, y })),
      await shared('HS512', String(x).padEnd(64, '0')),
      `${none}.${body}.`,
      `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    ])
      expect(await present(forged)).toEqual([401, 'invalid_client']);
  });

  it('is not let in by its id alone, or by another way of proof', async () => {
    const way = (fields: Record<string, string>) => present('', { client_id: application.id, ...fields });
    expect((await way({}))[0]).toBeGreaterThanOrEqual(400);
    expect((await way({ client_secret: 'x' }))[0]).toBe(401);
    const other = await stage.register();
    expect(await present(await assertion({ iss: other.id, sub: other.id }))).toEqual([401, 'invalid_client']);
    expect(await present(await assertion(), { client_id: other.id })).toEqual([400, 'invalid_request']);
  });

  it('changes its key: the old one is nothing from that moment', async () => {
    const next = await generateKeyPair('ES256', { extractable: true });
    const keyed = await stage.register({ proof: await proofOf(pair) });
    const claims = { iss: keyed.id, sub: keyed.id };
    expect((await present(await assertion(claims)))[0]).toBe(200);
    const changed = await stage.call('PATCH', `/v1/applications/${keyed.id}`, { proof: await proofOf(next) });
    expect(changed.status).toBe(200);
    expect(await present(await assertion(claims))).toEqual([401, 'invalid_client']);
    expect((await present(await assertion(claims, {}, next)))[0]).toBe(200);
    const rotated = await stage.call('POST', `/v1/applications/${keyed.id}/rotate-secret`, {});
    expect([rotated.status, rotated.body.code]).toEqual([409, 'application-not-enabled']);
  });

  it('is not made of an application with a secret, a public one, or where there are no certificates', async () => {
    const proof = await proofOf(pair);
    const secret = await stage.register();
    expect(await refused(stage.call('PATCH', `/v1/applications/${secret.id}`, { proof }))).toEqual([
      400,
      'proof',
    ]);
    const body = { name: 'x', grantTypes: ['client_credentials'], resources: [RESOURCE], scopes: [] };
    const register = (more: Record<string, unknown>) =>
      refused(stage.call('POST', '/v1/applications', { ...body, ...more }));
    expect(
      await register({
        authentication: 'public',
        grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'],
        proof,
      }),
    ).toEqual([400, 'proof']);
    expect(await register({ certificateBoundTokens: true })).toEqual([400, 'certificateBoundTokens']);
    const certificate = { kind: 'san_dns', value: 'batch.example' };
    expect(await register({ proof: { method: 'tls_client_auth', certificate } })).toEqual([
      400,
      'proof.method',
    ]);
    const weak = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) };
    expect(await register({ proof: { method: 'private_key_jwt', jwks: { keys: [weak] } } })).toEqual([
      400,
      'proof.jwks.keys.0',
    ]);
  });
});
