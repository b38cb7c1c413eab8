import { writeFile } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DecisionAnswer, events, Problem } from '@gatehouse/contracts';
import { digestOfToken } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { issuersPart, JwtSigner } from './jwt-signer.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

describe('tokens that are bound to somebody', () => {
  let stage: Stage;
  let issuer: JwtSigner;
  let rsa: JwtSigner;
  let client: JwtSigner;
  let bound: string;
  let url: string;
  const claimsFor = (token: string, change: Record<string, unknown> = {}) => ({
    htm: 'GET',
    htu: url,
    ath: digestOfToken(token),
    iat: nowSeconds(),
    jti: randomUUID(),
    ...change,
  });
  const send = (proof: string | undefined, token = bound, scheme = 'DPoP', target = url) =>
    call(target, undefined, {
      headers: { authorization: `${scheme} ${token}`, ...(proof ? { dpop: proof } : {}) },
    });

  beforeAll(async () => {
    [issuer, rsa, client] = await Promise.all([JwtSigner.make(), JwtSigner.make('RS256'), JwtSigner.make()]);
    stage = await setStage();
    url = `${stage.gateway.url}/demo/x`;
    await writeFile(
      join(stage.gateway.dir, 'keys.json'),
      JSON.stringify({ keys: [issuer.listed, rsa.listed] }),
    );
    await writeFile(
      stage.gateway.routesFile,
      `trustedProxies: [127.0.0.1]\nclientCertificateHeader: client-cert\n${issuersPart('ES256, RS256')}${DEMO_ROUTES}`,
    );
    bound = await issuer.accessToken({ cnf: { jkt: client.thumbprint } });
    await until(async () => (await send(await client.proof(claimsFor(bound)))).status === 200);
  });
  afterAll(() => stage.stop());

  it('are let through with a proof, also when the query or the spelling of the URL differs', async () => {
    expect((await send(await client.proof(claimsFor(bound)), bound, 'dpop')).status).toBe(200);
    const spelled = claimsFor(bound, { htu: url.replace('http:', 'HTTP:') });
    const answer = await send(await client.proof(spelled), bound, 'DPoP', `${url}?page=2`);
    expect(answer.status).toBe(200);
    expect(answer.body.toLowerCase()).not.toContain('dpop');
  });

  it('are refused as Bearer, and without a proof', async () => {
    const proof = await client.proof(claimsFor(bound));
    for (const refused of [await send(proof, bound, 'Bearer'), await send(undefined)]) {
      expect(refused).toMatchObject({ status: 401, code: 'dpop-proof-required' });
      expect(refused.headers.get('www-authenticate')).toBe(
        'DPoP realm="gatehouse", error="invalid_token", algs="ES256 EdDSA RS256 PS256"',
      );
    }
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['another method', () => client.proof(claimsFor(bound, { htm: 'POST' })), /"htm"/],
    ['another path', () => client.proof(claimsFor(bound, { htu: `${url}/y` })), /"htu"/],
    ['another host', () => client.proof(claimsFor(bound, { htu: 'https://x.example/demo/x' })), /"htu"/],
    ['another token', () => client.proof(claimsFor('another')), /"ath"/],
    ['no token', () => client.proof(claimsFor(bound, { ath: undefined })), /"ath"/],
    ['an old date', () => client.proof(claimsFor(bound, { iat: nowSeconds() - 90 })), /"iat"/],
    ['a future date', () => client.proof(claimsFor(bound, { iat: nowSeconds() + 90 })), /"iat"/],
    ['no date', () => client.proof(claimsFor(bound, { iat: undefined })), /"iat"/],
    ['no id', () => client.proof(claimsFor(bound, { jti: '' })), /"jti"/],
    ['another type', () => client.proof(claimsFor(bound), { typ: 'JWT' }), /"typ"/],
    ['another key', () => issuer.proof(claimsFor(bound)), /another key/],
    ['a key that did not sign it', () => client.proof(claimsFor(bound), { jwk: issuer.publicJwk }), /verify/],
    ['no key', () => client.proof(claimsFor(bound), { jwk: undefined }), /public key/],
    ['a critical extension', () => Promise.resolve(`${encoded({ crit: ['x'] })}.e30.AA`), /public key/],
    ['nothing of a proof', () => Promise.resolve('proof'), /public key/],
  ])('are refused with a proof of %s', async (_, make, why) => {
    const refused = await send(await make());
    expect(refused).toMatchObject({ status: 401, code: 'dpop-proof-invalid' });
    expect(Problem.parse(JSON.parse(refused.body)).detail).toMatch(why);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_dpop_proof"');
  });

  it('are refused with a proof that was used before, and the decision says so', async () => {
    const proof = await client.proof(claimsFor(bound));
    expect((await send(proof)).status).toBe(200);
    const refused = await send(proof);
    expect(refused).toMatchObject({ status: 401, code: 'dpop-proof-replayed' });
    const requestId = refused.headers.get('x-request-id');
    const asked = await call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    const decision = DecisionAnswer.parse(JSON.parse(asked.body));
    expect(decision.refusedBy).toBe('binding');
    expect(decision.steps.find(({ policy }) => policy === 'binding')?.result).toBe('refused');
  });

  it('are refused with two proofs', async () => {
    const headers = new Headers({ authorization: `DPoP ${bound}` });
    for (let i = 0; i < 2; i++) headers.append('dpop', await client.proof(claimsFor(bound)));
    expect((await call(url, undefined, { headers })).code).toBe('dpop-proof-invalid');
  });

  it('are not what an unbound token is', async () => {
    const { token } = stage.issuer.issue();
    const refused = await send(await client.proof(claimsFor(token)), token);
    expect(refused).toMatchObject({ status: 401, code: 'dpop-proof-invalid' });
  });

  it('are refused when they are bound in a way nobody here can check', async () => {
    for (const cnf of [{}, { jwk: client.publicJwk }, { jkt: 'x' }, 'x', null])
      expect((await call(url, await issuer.accessToken({ cnf }))).code).toBe('token-malformed');
  });

  it('are let through with the certificate that a trusted proxy saw, and with no other', async () => {
    const certificate = Buffer.from('a certificate');
    const x5t = createHash('sha256').update(certificate).digest('base64url');
    const token = await issuer.accessToken({ cnf: { 'x5t#S256': x5t } });
    const withHeader = (headers: Record<string, string>) => call(url, token, { headers });
    const base64 = certificate.toString('base64');
    expect((await withHeader({ 'client-cert': `:${base64}:` })).status).toBe(200);
    const pem = encodeURIComponent(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
    const answer = await withHeader({ 'client-cert': pem });
    expect(answer.status).toBe(200);
    expect(answer.body.toLowerCase()).not.toContain('client-cert');
    for (const headers of [
      {},
      { 'client-cert': ':AAAA:' },
      { 'client-cert': '%' },
      { 'x-client-cert': base64 },
    ] as Record<string, string>[])
      expect(await withHeader(headers)).toMatchObject({ status: 401, code: 'certificate-mismatch' });
  });

  it('may be signed with RS256 where the issuer is listed with it, and with PS256 not', async () => {
    expect((await call(url, await rsa.accessToken())).status).toBe(200);
    const pss = await JwtSigner.make('PS256');
    expect((await call(url, await pss.accessToken())).code).toBe('token-signature-invalid');
  });

  it.each([events.SigningKeyCompromised.type, events.SigningKeyRetired.type])(
    'are refused from the moment of %s, also when they were verified before',
    async (type) => {
      const key = type === events.SigningKeyRetired.type ? rsa : issuer;
      const [known, fresh] = [await key.accessToken(), await key.accessToken()];
      expect((await call(url, known)).status).toBe(200);
      stage.issuer.changeKey(key.thumbprint, type);
      await eventually(async () => expect((await call(url, known)).code).toBe('token-signature-invalid'));
      expect((await call(url, fresh)).code).toBe('token-signature-invalid');
    },
  );
});

const encoded = (header: object): string => Buffer.from(JSON.stringify(header)).toString('base64url');

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
