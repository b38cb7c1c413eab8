import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { configurationOf, signIn } from './signed-in.js';
import { Signer, SIGNER_TOKEN } from './signer.js';
import { type Stage, setStage } from './stage.js';

describe('a signing key whose private part is elsewhere', () => {
  let stage: Stage;
  let signer: Signer;
  let config: client.Configuration;

  beforeAll(async () => {
    signer = await Signer.start();
    signer.makeKey('first', 'ec');
    signer.makeKey('second', 'ec');
    signer.makeKey('rsa', 'rsa');
    stage = await setStage({
      KEY_SIGNER_URL: signer.url,
      KEY_SIGNER_TOKEN: SIGNER_TOKEN,
      SIGNING_KEY_LEAD_SECONDS: '1',
    });
    config = await configurationOf(stage, await stage.register());
  });
  afterAll(async () => {
    await stage.stop();
    await signer.stop();
  });

  const add = (body: Record<string, unknown>) => stage.call('POST', '/v1/keys/external', body);
  const statusOf = async (keyId: string): Promise<string> =>
    (await stage.call('GET', '/v1/keys')).body.items.find((key: { keyId: string }) => key.keyId === keyId)
      .status;
  const activated = (keyId: string) => eventually(async () => expect(await statusOf(keyId)).toBe('active'));
  const token = async () => (await client.clientCredentialsGrant(config)).access_token;
  const signedBy = (keyId: string) =>
    eventually(async () => expect(decodeProtectedHeader(await token()).kid).toBe(keyId));
  const jwks = () => createRemoteJWKSet(new URL(`${stage.url}/.well-known/jwks.json`));

  it('is published, takes over when its time has come, and signs access tokens and ID tokens', async () => {
    const { status, body: key } = await add({ name: 'first' });
    expect([status, key.status, key.externalName]).toEqual([201, 'pending', 'first']);
    await activated(key.keyId);
    await signedBy(key.keyId);
    const before = signer.signatures;
    await jwtVerify(await token(), jwks(), { issuer: stage.url, typ: 'at+jwt' });
    expect(signer.signatures).toBe(before + 1);
    const web = await configurationOf(stage, await stage.registerWeb());
    const { id_token: idToken } = await signIn(stage, web, { scope: 'openid', resource: null });
    expect(decodeProtectedHeader(idToken!).kid).toBe(key.keyId);
    await jwtVerify(idToken!, jwks(), { issuer: stage.url });
    const [row] = await stage.dataSource.query('select * from signing_key where key_id = $1', [key.keyId]);
    expect(row).toMatchObject({ external_name: 'first', sealed_private_jwk: null });
  });

  it('signs no token while the signer is away, which is told as what it is', async () => {
    signer.broken = true;
    const refused: { cause: Response } = await token().catch((error) => error);
    signer.broken = false;
    expect(refused.cause.status).toBe(503);
    expect(await refused.cause.json()).toMatchObject({ error: 'temporarily_unavailable' });
    await jwtVerify(await token(), jwks());
  });

  it('hands over to the next one, and verifies what it has signed until that has expired', async () => {
    const old = await token();
    const { body: next } = await add({ name: 'second' });
    await activated(next.keyId);
    await signedBy(next.keyId);
    expect(await statusOf(decodeProtectedHeader(old).kid!)).toBe('retiring');
    await jwtVerify(old, jwks());
  });

  it('vanishes at once when it is compromised, with everything it signed; a key of the issuer takes over', async () => {
    const signed = await token();
    const { kid } = decodeProtectedHeader(signed);
    const { body } = await stage.call('POST', `/v1/keys/${kid}/compromise`, { reason: 'test' });
    expect([body.status, body.externalName]).toEqual(['compromised', 'second']);
    expect(await client.tokenIntrospection(config, signed)).toEqual({ active: false });
    await expect(jwtVerify(signed, jwks())).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    expect(decodeProtectedHeader(await token()).kid).not.toBe(kid);
  });

  it('signs with RSA as well', async () => {
    const { body: key } = await add({ name: 'rsa', algorithm: 'PS256' });
    await activated(key.keyId);
    const application = await configurationOf(stage, await stage.register({ signingAlgorithm: 'PS256' }));
    const { access_token: signed } = await client.clientCredentialsGrant(application);
    const { protectedHeader } = await jwtVerify(signed, jwks(), { algorithms: ['PS256'] });
    expect(protectedHeader.kid).toBe(key.keyId);
  });

  it('is not published when it does not sign, or not with that algorithm', async () => {
    signer.makeKey('damaged', 'ec');
    signer.damage('damaged');
    for (const body of [{ name: 'damaged' }, { name: 'nowhere' }, { name: 'rsa', algorithm: 'ES256' }]) {
      const { status, body: problem } = await add(body);
      expect([status, problem.code]).toEqual([409, 'key-not-usable']);
    }
    expect((await add({ name: '../first' })).status).toBe(400);
  });

  it('is for the operator, and needs a signer', async () => {
    const reader = { authorization: `Bearer ${stage.readerToken}` };
    expect((await stage.call('POST', '/v1/keys/external', { name: 'first' }, reader)).status).toBe(403);
    const plain = await setStage();
    const { status, body } = await plain.call('POST', '/v1/keys/external', { name: 'first' });
    expect([status, body.code]).toEqual([409, 'key-not-usable']);
    await plain.stop();
  });
});
