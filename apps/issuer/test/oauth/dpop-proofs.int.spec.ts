import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import * as client from 'openid-client';
import { configurationOf, signIn } from './signed-in.js';
import { type Stage, setStage } from './stage.js';

const now = () => Math.floor(Date.now() / 1000);

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

describe('a DPoP proof (RFC 9449 §4.3)', () => {
  let stage: Stage;
  let application: Awaited<ReturnType<Stage['register']>>;
  let pair: KeyPair;
  let jwk: JWK;
  let endpoint: string;

  beforeAll(async () => {
    stage = await setStage();
    application = await stage.register();
    pair = await generateKeyPair('ES256', { extractable: true });
    jwk = await exportJWK(pair.publicKey);
    endpoint = `${stage.url}/oauth/token`;
  });
  afterAll(() => stage.stop());

  const claims = (more: Record<string, unknown> = {}) => ({
    jti: randomUUID(),
    htm: 'POST',
    htu: endpoint,
    iat: now(),
    ...more,
  });
  const proof = (
    more: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key?: KeyPair['privateKey'],
  ) =>
    new SignJWT(claims(more))
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
      .sign(key ?? pair.privateKey);
  async function present(dpop: string, more: Record<string, string> = {}) {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { dpop },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: application.id,
        client_secret: application.clientSecret!,
        ...more,
      }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string>, answer };
  }

  it('for this request is taken', async () => {
    expect(await present(await proof())).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
    expect((await present(await proof({ htu: `${endpoint}?query#fragment` }))).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another method', { htm: 'GET' }],
    ['a method in small letters', { htm: 'post' }],
    ['no method', { htm: undefined }],
    ['another endpoint', { htu: 'https://evil.example/oauth/token' }],
    ['another path of ours', { htu: 'http://127.0.0.1/oauth/userinfo' }],
    ['no endpoint', { htu: undefined }],
    ['no id', { jti: undefined }],
    ['an id that is no text', { jti: 1 }],
    ['no time', { iat: undefined }],
    ['a nonce we did not give', { nonce: 'made-up' }],
    ['a nonce that is no text', { nonce: 1 }],
    ['a time long ago', { iat: 1_000_000_000 }],
    ['a time to come', { iat: 4_000_000_000 }],
  ])('for %s is refused', async (_what, more) => {
    const { status, body } = await present(await proof(more));
    expect([status, body['error']]).toEqual([
      400,
      expect.stringMatching(/^(invalid_dpop_proof|use_dpop_nonce)$/),
    ]);
  });

  it('signed by nothing, by a secret, by another key or of another type is refused', async () => {
    const stranger = await generateKeyPair('ES256', { extractable: true });
    const symmetric: Record<string, string> = { kty: 'oct', k: 'c2VjcmV0' };
    const forgeries = [
      new UnsecuredJWT(claims()).encode(),
      await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: symmetric })
        .sign(Buffer.from('secret'.repeat(8))),
      await proof({}, {}, stranger.privateKey),
      await proof({}, { jwk: await exportJWK(pair.privateKey) }),
      await proof({}, { jwk: undefined }),
      await proof({}, { jwk: undefined, jku: `${stage.url}/.well-known/jwks.json` }),
      await proof({}, { jwk: { ...jwk, y: jwk.x } }), // not on the curve
      await proof({}, { typ: 'JWT' }),
      await proof({}, { typ: undefined }),
      'x',
      `${await proof()}, ${await proof()}`,
    ];
    for (const forged of forgeries)
      expect(await present(forged)).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
  });

  it('with the nonce it was asked for makes up for a wrong clock, and is still used once', async () => {
    const refused = await present(await proof({ iat: now() - 3_600 }));
    expect(refused.body['error']).toBe('use_dpop_nonce');
    const nonce = refused.answer.headers.get('dpop-nonce');
    const late = await proof({ iat: now() - 3_600, nonce });
    expect((await present(late)).status).toBe(200);
    expect((await present(late)).status).toBe(400);
  });

  describe('at userinfo', () => {
    let token: string;
    const userinfo = (dpop: string | undefined, scheme = 'DPoP') =>
      fetch(`${stage.url}/oauth/userinfo`, {
        headers: { authorization: `${scheme} ${token}`, ...(dpop === undefined ? {} : { dpop }) },
      });
    const ath = () => createHash('sha256').update(token).digest('base64url');
    const here = () => ({ htm: 'GET', htu: `${stage.url}/oauth/userinfo`, ath: ath() });

    beforeAll(async () => {
      const web = await configurationOf(stage, await stage.registerWeb({ authentication: 'public' }));
      const dpop = client.getDPoPHandle(web, pair);
      token = (await signIn(stage, web, { dpop, scope: 'openid email', resource: null })).access_token;
    });

    it('lets its holder in, once', async () => {
      expect(() => decodeJwt(token)).toThrow(); // opaque: bound by what is kept, not by a claim
      const good = await proof(here());
      expect((await userinfo(good)).status).toBe(200);
      expect((await userinfo(good)).status).toBe(401);
    });

    it('is missed: a bound token is no bearer token', async () => {
      expect((await userinfo(undefined, 'Bearer')).status).toBe(401);
      expect((await userinfo(undefined)).status).toBe(400);
      expect((await userinfo(await proof(here()), 'Bearer')).status).toBe(400);
    });

    it('of another key, or for another token, is refused', async () => {
      const stranger = await generateKeyPair('ES256', { extractable: true });
      const header = { jwk: await exportJWK(stranger.publicKey) };
      expect((await userinfo(await proof(here(), header, stranger.privateKey))).status).toBe(401);
      expect((await userinfo(await proof({ ...here(), ath: undefined }))).status).toBe(401);
      const other = createHash('sha256').update('another').digest('base64url');
      expect((await userinfo(await proof({ ...here(), ath: other }))).status).toBe(401);
    });
  });
});
