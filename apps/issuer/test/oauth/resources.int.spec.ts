import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  compactDecrypt,
  createRemoteJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
} from 'jose';
import * as client from 'openid-client';
import { configurationOf } from './signed-in.js';
import { RESOURCE, type Stage, setStage } from './stage.js';

describe('a declared resource', () => {
  let stage: Stage;
  let config: client.Configuration;
  let keys: ReturnType<typeof createRemoteJWKSet>;

  beforeAll(async () => {
    stage = await setStage({ SIGNING_KEY_LEAD_SECONDS: '1' });
    config = await configurationOf(stage, await stage.register());
    keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri!), { cooldownDuration: 0 });
  });
  afterAll(() => stage.stop());

  const declare = (terms: Record<string, unknown>) =>
    stage.call('POST', '/v1/resources', { resource: RESOURCE, name: 'Invoices', ...terms });
  const issue = async () =>
    (await client.clientCredentialsGrant(config, { resource: RESOURCE, scope: 'demo:read' })).access_token;
  const declarations = async () => (await stage.events('resource.declared.v1')).length;

  it('has its tokens signed with the algorithm it asks for, whatever the application prefers', async () => {
    const early = await declare({ signingAlgorithm: 'PS256' });
    expect([early.status, early.body.code]).toEqual([409, 'key-not-usable']);
    const { body: key } = await stage.call('POST', '/v1/keys/rotate', { algorithm: 'PS256', leadSeconds: 1 });
    await eventually(async () => expect((await declare({ signingAlgorithm: 'PS256' })).status).toBe(201));
    await eventually(async () =>
      expect(decodeProtectedHeader(await issue())).toMatchObject({ alg: 'PS256', kid: key.keyId }),
    );
    await jwtVerify(await issue(), keys, { audience: RESOURCE, typ: 'at+jwt' });
  });

  it.each([
    ['ECDH-ES', 'P-256'],
    ['RSA-OAEP-256', undefined],
  ])('has its tokens encrypted to its key by %s, and nobody else reads them', async (alg, crv) => {
    const pair = await generateKeyPair(alg, { extractable: true, ...(crv ? { crv } : {}) });
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'invoices-1' };
    expect((await declare({ encryption: { alg, jwk } })).status).toBe(201);
    const token = await issue();
    expect(decodeProtectedHeader(token)).toMatchObject({
      alg,
      enc: 'A256GCM',
      kid: 'invoices-1',
      cty: 'at+jwt',
    });
    const { plaintext } = await compactDecrypt(token, pair.privateKey);
    const inner = Buffer.from(plaintext).toString();
    const { payload } = await jwtVerify(inner, keys, { audience: RESOURCE, typ: 'at+jwt' });
    expect(payload).toMatchObject({ scope: 'demo:read', iss: stage.url });
    const stranger = await generateKeyPair(alg, { extractable: true, ...(crv ? { crv } : {}) });
    await expect(compactDecrypt(token, stranger.privateKey)).rejects.toThrow();
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.at(-1)?.stream_id).toBe(payload.jti);
    expect(await client.tokenIntrospection(config, inner)).toMatchObject({ active: true });
    expect(await client.tokenIntrospection(config, token)).toEqual({ active: false }); // the issuer cannot read it
  });

  it('has the terms it was declared with last, and repeating them says nothing new', async () => {
    const { body: first } = await declare({});
    const before = await declarations();
    const { body: again } = await declare({});
    expect([again.id, await declarations()]).toEqual([first.id, before]);
    expect(decodeProtectedHeader(await issue()).alg).toBe('ES256');
    expect((await stage.call('GET', '/v1/resources')).body.items).toEqual([first]);
    expect((await stage.call('GET', `/v1/resources/${first.id}`)).body).toEqual(first);
  });

  it('is withdrawn, and its tokens are the application’s again', async () => {
    const pair = await generateKeyPair('ECDH-ES', { extractable: true, crv: 'P-256' });
    const jwk = await exportJWK(pair.publicKey);
    const { body } = await declare({ encryption: { alg: 'ECDH-ES', jwk } });
    const withdraw = () => stage.call('POST', `/v1/resources/${body.id}/withdraw`, { reason: 'test' });
    expect([(await withdraw()).status, (await withdraw()).status]).toEqual([204, 204]);
    expect(decodeProtectedHeader(await issue())).not.toHaveProperty('enc');
    const unknown = `/v1/resources/res_${'0'.repeat(32)}`;
    expect((await stage.call('GET', unknown)).status).toBe(404);
    expect((await stage.call('POST', `${unknown}/withdraw`, { reason: 'x' })).status).toBe(404);
  });

  it('is refused with a key that protects nothing', async () => {
    const small = await exportJWK((await generateKeyPair('RSA-OAEP-256', { extractable: true })).publicKey);
    const pair = await generateKeyPair('ECDH-ES', { extractable: true, crv: 'P-256' });
    const { kty, crv, x } = await exportJWK(pair.publicKey);
    for (const [alg, jwk, field] of [
      ['RSA-OAEP-256', { ...small, n: 'A'.repeat(171) }, 'encryption.jwk.n'],
      ['RSA-OAEP-256', { ...small, e: 'AQ' }, 'encryption.jwk.e'],
      ['ECDH-ES', { kty, crv, x, y: x }, 'encryption.jwk'],
      ['ECDH-ES', await exportJWK(pair.privateKey), 'encryption.jwk'],
    ] as const) {
      const { status, body } = await declare({ encryption: { alg, jwk } });
      expect([status, body.errors[0].field]).toEqual([400, expect.stringContaining(field)]);
    }
  });
});
