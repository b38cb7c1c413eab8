import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  base64url,
  CompactSign,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import * as client from 'openid-client';
import { SigningKeys } from '../../src/keys/signing-keys.js';
import { configurationOf, signIn } from './signed-in.js';
import { RESOURCE, type Stage, setStage } from './stage.js';

type Header = Record<string, unknown> & { alg: string };

describe('a forged token', () => {
  let stage: Stage;
  let config: client.Configuration;
  let web: client.Configuration;
  let token: string;
  let keys: JWK[];
  let trap: Server;
  let trapUrl: string;
  let fetched = 0;

  beforeAll(async () => {
    stage = await setStage();
    config = await configurationOf(stage, await stage.register());
    web = await configurationOf(stage, await stage.registerWeb());
    token = (await client.clientCredentialsGrant(config, { resource: RESOURCE })).access_token;
    ({ keys } = (await (await fetch(config.serverMetadata().jwks_uri!)).json()) as { keys: JWK[] });
    const trapPort = await freePort();
    trap = createServer((_request, response) => {
      fetched++;
      response.end('{"keys":[]}');
    }).listen(trapPort, '127.0.0.1');
    trapUrl = `http://127.0.0.1:${trapPort}/jwks`;
  });
  afterAll(async () => {
    trap.close();
    await stage.stop();
  });

  const claimsBytes = (more = {}) => Buffer.from(JSON.stringify({ ...decodeJwt(token), ...more }));
  const headerWith = (more: Record<string, unknown>): Header => ({
    ...(decodeProtectedHeader(token) as Header),
    ...more,
  });
  const sign = (header: Header, key: Parameters<CompactSign['sign']>[0], more = {}) =>
    new CompactSign(claimsBytes(more)).setProtectedHeader(header).sign(key);
  const unsigned = (alg: string, signature = '') =>
    `${base64url.encode(JSON.stringify(headerWith({ alg })))}.${token.split('.')[1]}.${signature}`;

  /** Where the issuer takes it for a token. */
  async function takenAt(forged: string): Promise<string[]> {
    const introspected = await client.tokenIntrospection(config, forged).catch(() => ({ active: false }));
    const userinfo = await fetch(config.serverMetadata().userinfo_endpoint!, {
      headers: { authorization: `Bearer ${forged}` },
    });
    await client.tokenRevocation(config, forged).catch(() => undefined);
    const original = await client.tokenIntrospection(config, token);
    return [
      ...(introspected.active ? ['introspection'] : []),
      ...(userinfo.status === 401 ? [] : ['userinfo']),
      ...(original.active ? [] : ['revocation']),
    ];
  }

  it.each(['none', 'None', 'NONE', 'nOnE'])('without a signature (%s) is none', async (alg) => {
    expect(await takenAt(unsigned(alg))).toEqual([]);
    expect(await takenAt(unsigned(alg, token.split('.')[2]))).toEqual([]);
  });

  it('signed with the public key as a shared secret is none', async () => {
    const [jwk] = keys;
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
      type: 'spki',
      format: 'pem',
    });
    const secrets = [
      JSON.stringify(jwk),
      JSON.stringify({ keys }),
      String(jwk?.x).padEnd(64, '='),
      String(pem),
    ];
    for (const alg of ['HS256', 'HS384', 'HS512'])
      for (const secret of secrets)
        expect(await takenAt(await sign(headerWith({ alg }), Buffer.from(secret)))).toEqual([]);
  });

  it('naming an algorithm that is not the key’s is none', async () => {
    for (const alg of ['ES384', 'EdDSA', 'RS256', 'PS256'])
      expect(await takenAt(unsigned(alg, token.split('.')[2]))).toEqual([]);
    const zeros = base64url.encode(Buffer.alloc(64)); // r = s = 0
    expect(await takenAt(unsigned('ES256', zeros))).toEqual([]);
  });

  it('that brings its own key, or says where to fetch it, is none; and nothing is fetched', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    for (const embedded of [
      { jwk },
      { jwk, kid: undefined },
      { jku: trapUrl, kid: 'k' },
      { x5u: trapUrl, kid: 'k' },
      { x5c: [base64url.encode('certificate')] },
      { kid: '../../../../dev/null' },
      { kid: "x' or '1'='1" },
    ])
      expect(await takenAt(await sign(headerWith(embedded), privateKey))).toEqual([]);
    expect(fetched).toBe(0);
  });

  it('with a header nobody understands is none, though the key is right (RFC 7515 §4.1.11)', async () => {
    const right = await importJWK(stage.get(SigningKeys).signer('ES256')!.privateJwk!);
    const signer = new CompactSign(claimsBytes()).setProtectedHeader(headerWith({ crit: ['x'], x: 1 }));
    expect(await takenAt(await signer.sign(right, { crit: { x: true } }))).toEqual([]);
  });

  it('of another kind is none, though the key is right: type, issuer, audience, time (RFC 8725 §3.11)', async () => {
    const right = await importJWK(stage.get(SigningKeys).signer('ES256')!.privateJwk!);
    expect(await takenAt(await sign(headerWith({ typ: 'JWT' }), right))).toEqual([]);
    expect(await takenAt(await sign(headerWith({ typ: undefined }), right))).toEqual([]);
    expect(await takenAt(await sign(headerWith({}), right, { iss: 'https://evil.example' }))).toEqual([]);
    expect(await takenAt(await sign(headerWith({}), right, { exp: 1 }))).toEqual([]);
    expect(await takenAt(await sign(headerWith({}), right, { exp: undefined }))).toEqual([]);
    expect(await takenAt(await sign(headerWith({}), right, { jti: `tok_${'0'.repeat(32)}` }))).toEqual([]);
    const { id_token: idToken } = await signIn(stage, web, { scope: 'openid', resource: null });
    expect(await takenAt(idToken!)).toEqual([]);
  });

  it('that is a real one in another spelling is none (rule: one token, one spelling)', async () => {
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const last = signature.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 64 bytes leave two bits of the last character unused; lenient decoders do not look at them.
    const twin = alphabet[alphabet.indexOf(last) ^ 1];
    for (const spelling of [
      `${header}.${payload}.${signature.slice(0, -1)}${twin}`,
      `${header}.${payload}.${signature}==`,
      `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}=`,
      `${header}.${payload}.${signature}\n`,
      `${header}=.${payload}.${signature}`,
      ` ${token}`,
    ]) {
      const answer = await client.tokenIntrospection(config, spelling).catch(() => ({ active: false }));
      expect(answer).toEqual({ active: false });
    }
  });

  it('is nobody’s hint of who signs out (OpenID Connect RP-Initiated Logout §2)', async () => {
    const { id_token: idToken } = await signIn(stage, web, { scope: 'openid', resource: null });
    const stranger = await generateKeyPair('ES256');
    const forged = await new CompactSign(Buffer.from(JSON.stringify(decodeJwt(idToken!))))
      .setProtectedHeader({ ...(decodeProtectedHeader(idToken!) as Header) })
      .sign(stranger.privateKey);
    const none = `${base64url.encode('{"alg":"none"}')}.${idToken!.split('.')[1]}.`;
    for (const hint of [forged, none]) {
      const url = new URL(config.serverMetadata().end_session_endpoint!);
      url.searchParams.set('id_token_hint', hint);
      expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
    }
  });
});
