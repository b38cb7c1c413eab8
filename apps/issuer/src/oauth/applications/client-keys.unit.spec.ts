import { generateKeyPairSync } from 'node:crypto';
import { ClientJwk } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { selfSigned } from '../../../test/oauth/certificates.js';
import { refuseWeakProof } from './client-keys.js';

const jwkOf = (pair: { publicKey: { export(options: { format: 'jwk' }): unknown } }) =>
  ClientJwk.parse(pair.publicKey.export({ format: 'jwk' }));
const rsa = (modulusLength: number, publicExponent?: number) =>
  jwkOf(generateKeyPairSync('rsa', { modulusLength, ...(publicExponent ? { publicExponent } : {}) }));
const ec = (namedCurve: string) => jwkOf(generateKeyPairSync('ec', { namedCurve }));
const prove = (jwk: ClientJwk) => () => refuseWeakProof({ method: 'private_key_jwt', jwks: { keys: [jwk] } });

const selfSignedWith = (jwk: unknown) => () =>
  refuseWeakProof({
    method: 'self_signed_tls_client_auth',
    jwks: { keys: [ClientJwk.parse(jwk)] },
  });

describe('keys of applications', () => {
  it.each<[string, () => ClientJwk]>([
    ['P-256', () => ec('P-256')],
    ['P-384', () => ec('P-384')],
    ['Ed25519', () => jwkOf(generateKeyPairSync('ed25519'))],
    ['RSA 2048', () => rsa(2048)],
  ])('are taken when they are sound: %s', (_what, key) => {
    expect(prove(key())).not.toThrow();
  });

  it('are refused below 2048 bits', () => {
    expect(prove(rsa(1024))).toThrow(/proof\.jwks\.keys\.0\.n: at least 2048 bits/);
  });

  it.each(['AQ', 'Ag', 'AQAA'])('are refused with an exponent that hides nothing: %s', (e) => {
    expect(prove({ ...rsa(2048), e } as ClientJwk)).toThrow(/keys\.0(\.e)?: /);
  });

  it('are refused off their curve', () => {
    const good = ec('P-256');
    expect(good.kty === 'EC' && prove({ ...good, y: good.x })).toThrow(/the point must lie on the curve/);
    expect(good.kty === 'EC' && prove({ ...good, x: 'A'.repeat(43), y: 'A'.repeat(43) })).toThrow(/curve/);
  });

  it.each<[string, Record<string, unknown>]>([
    ['with a private part', { d: 'A'.repeat(43) }],
    ['with a place to fetch others from', { x5u: 'https://evil.example' }],
    ['with another one’s algorithm', { alg: 'RS256' }],
    ['for encryption', { use: 'enc' }],
  ])('are refused %s', (_what, more) => {
    expect(ClientJwk.safeParse({ ...ec('P-256'), ...more }).success).toBe(false);
  });

  it('are refused when they are secrets, or on curves we do not know', () => {
    expect(ClientJwk.safeParse({ kty: 'oct', k: 'A'.repeat(43) }).success).toBe(false);
    expect(ClientJwk.safeParse({ ...ec('P-256'), crv: 'secp256k1' }).success).toBe(false);
  });

  it('of certificates are the certificates’ own', async () => {
    const [one, other] = [await selfSigned(), await selfSigned()];
    expect(selfSignedWith(one.jwk)).not.toThrow();
    expect(selfSignedWith({ ...one.jwk, x5c: other.jwk.x5c })).toThrow(/a certificate of this very key/);
    expect(selfSignedWith({ ...one.jwk, x5c: ['AAAA'] })).toThrow(/a certificate of this very key/);
    expect(selfSignedWith({ ...one.jwk, x5c: undefined })).toThrow(/the certificate the application shows/);
  });
});
