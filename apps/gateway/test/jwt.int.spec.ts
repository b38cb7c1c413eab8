import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TENANT_CLAIM } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { call } from './call.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const ISSUER = 'https://id.example';
const AUDIENCE = 'https://api.example';
const ORDERS = 'https://orders.example';

describe('JWT access tokens (RFC 9068)', () => {
  let stage: Stage;
  let key: CryptoKey;
  let edKey: CryptoKey;
  let foreign: CryptoKey;
  let publicJwk: JWK;
  const codeOf = async (token: string) => {
    const { status, code } = await call(`${stage.gateway.url}/demo/x`, token);
    return code || status;
  };

  interface Claims {
    issuer?: string;
    audience?: string;
    id?: string;
    scope?: string;
    header?: Record<string, unknown>;
    tenant?: string;
    expires?: number;
  }
  const sign = (claims: Claims = {}, signer = key) =>
    new SignJWT({
      scope: claims.scope ?? 'demo:read',
      ...(claims.tenant === undefined ? {} : { [TENANT_CLAIM]: claims.tenant }),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...claims.header })
      .setIssuer(claims.issuer ?? ISSUER)
      .setAudience(claims.audience ?? AUDIENCE)
      .setJti(claims.id ?? newId('tok'))
      .setIssuedAt()
      .setExpirationTime(claims.expires ?? Math.floor(Date.now() / 1000) + 600)
      .sign(signer);

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const ed = await generateKeyPair('EdDSA', { extractable: true });
    key = pair.privateKey;
    edKey = ed.privateKey;
    foreign = (await generateKeyPair('ES256')).privateKey;
    publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
    const edJwk = { ...(await exportJWK(ed.publicKey)), kid: 'k2', alg: 'EdDSA' };
    stage = await setStage();
    await writeFile(join(stage.gateway.dir, 'keys.json'), JSON.stringify({ keys: [publicJwk, edJwk] }));
    await writeFile(
      stage.gateway.routesFile,
      `issuers: [{ issuer: '${ISSUER}', audience: ['${AUDIENCE}', '${ORDERS}'], jwksFile: keys.json }]
${DEMO_ROUTES}
  - { id: orders, path: /orders, upstream: '\${UPSTREAM_URL}', audience: '${ORDERS}', scopes: { GET: [demo:read] } }
`,
    );
    const token = await sign();
    await until(async () => (await codeOf(token)) === 200);
  });
  afterAll(() => stage.stop());

  it('are let through when signed by a listed issuer, with either algorithm', async () => {
    expect(await codeOf(await sign())).toBe(200);
    expect(await codeOf(await sign({ header: { alg: 'EdDSA', kid: 'k2' } }, edKey))).toBe(200);
  });

  it('are let through where the route is what they are for', async () => {
    const [general, special] = [await sign(), await sign({ audience: ORDERS })];
    expect([await codeOf(general), await codeOf(special)]).toEqual([200, 200]);
    const orders = `${stage.gateway.url}/orders`;
    expect((await call(orders, special)).status).toBe(200);
    expect((await call(orders, general)).code).toBe('token-audience-mismatch');
    expect((await call(orders, stage.issuer.issue().token)).status).toBe(200); // it names nobody
  });

  it.each<[string, () => Promise<string>, string]>([
    ['another key', () => sign({}, foreign), 'token-signature-invalid'],
    ['an unknown key id', () => sign({ header: { kid: 'k9' } }), 'token-signature-invalid'],
    ['another audience', () => sign({ audience: 'https://other.example' }), 'token-audience-mismatch'],
    ['another issuer', () => sign({ issuer: 'https://evil.example' }), 'token-unknown'],
    ['another type', () => sign({ header: { typ: 'JWT' } }), 'token-malformed'],
    ['its time over', () => sign({ expires: Math.floor(Date.now() / 1000) - 3_600 }), 'token-expired'],
    [
      'its time over by a second',
      () => sign({ expires: Math.floor(Date.now() / 1000) - 1 }),
      'token-expired',
    ],
    ['too few scopes', () => sign({ scope: 'demo:write' }), 'scope-insufficient'],
    [
      'an embedded key',
      () => sign({ header: { jwk: publicJwk, kid: undefined } }, foreign),
      'token-signature-invalid',
    ],
  ])('are refused with %s', async (_, make, code) => {
    expect(await codeOf(await make())).toBe(code);
  });

  it('are refused with a critical extension, without algorithm or with a symmetric one', async () => {
    const [header, payload, signature] = (await sign()).split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
    const encoded = (change: object) =>
      Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
    expect(await codeOf(`${encoded({ crit: ['b64'], b64: true })}.${payload}.${signature}`)).toBe(
      'token-malformed',
    );
    expect(await codeOf(`${encoded({ alg: 'none' })}.${payload}.AA`)).toBe('token-signature-invalid');
    const secret = new TextEncoder().encode(JSON.stringify(publicJwk));
    const confused = new SignJWT({ scope: 'demo:read' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setJti('x')
      .setIssuedAt()
      .setExpirationTime('5m');
    expect(await codeOf(await confused.sign(secret))).toBe('token-signature-invalid');
  });

  it('of another tenant of the same issuer are refused, although the audience is right', async () => {
    expect(await codeOf(await sign({ tenant: 'default' }))).toBe(200);
    expect(await codeOf(await sign({ tenant: 'other' }))).toBe('token-audience-mismatch');
  });

  it('have one spelling only', async () => {
    const token = await sign();
    expect(await codeOf(token)).toBe(200);
    const last = token.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sibling = alphabet[alphabet.indexOf(last) ^ 1]; // differs in a bit that a lenient decoder ignores
    expect(await codeOf(`${token.slice(0, -1)}${sibling}`)).toBe('token-malformed');
    expect(await codeOf(`${token}=`)).toBe('token-malformed');
  });

  it('are refused once their id was revoked', async () => {
    const { token, id } = stage.issuer.issue();
    const jwt = await sign({ id });
    expect(await codeOf(jwt)).toBe(200);
    stage.issuer.revoke(token);
    await eventually(async () => expect(await codeOf(jwt)).toBe('token-revoked'));
  });

  it('are no longer believed when their issuer is taken off the list', async () => {
    const token = await sign();
    expect(await codeOf(token)).toBe(200);
    await writeFile(stage.gateway.routesFile, DEMO_ROUTES);
    await eventually(async () => expect(await codeOf(token)).toBe('token-unknown'));
  });
});
