import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleData } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JWK } from 'jose';
import { KeySets } from './fetched-keys.js';
import { IssuerSpec } from './issuer-spec.js';
import { JwtIssuers } from './jwt-issuers.js';

const COOKBOOK = sampleData('jose-cookbook/jws');

interface Example {
  readonly input: { readonly key: JWK };
  readonly output: { readonly compact?: string };
}

describe('keys that must not be trusted, though they are listed', () => {
  let dir: string;
  const codeFor = async (token: string, key: JWK) => {
    await writeFile(join(dir, 'keys.json'), JSON.stringify({ keys: [key] }));
    const spec = IssuerSpec.parse({
      issuer: 'https://id.example',
      audience: 'api',
      jwksFile: 'keys.json',
      algorithms: ['RS256'],
    });
    const trusted = { issuers: [spec], introspection: [], foreignTokens: [] };
    const issuers = await JwtIssuers.load(trusted, dir, new KeySets());
    return (await issuers.verify(token)).refusal?.code;
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'keys-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('are RSA keys with the exponent 1, to which anybody can forge a signature', async () => {
    const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const input = signingInput();
    expect(await codeFor(`${input}.${paddedDigest(input)}`, { ...jwk, kty: 'RSA', e: 'AQ' })).toBe(
      'token-signature-invalid',
    );
  });

  it('are RSA keys below 2048 bits', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const input = signingInput();
    const signature = createSign('sha256').update(input).sign(privateKey).toString('base64url');
    const code = await codeFor(`${input}.${signature}`, {
      ...publicKey.export({ format: 'jwk' }),
      kty: 'RSA',
    });
    expect(code).toBe('token-signature-invalid');
  });

  it.each(compactExamples())('sign no access token with what RFC 7520 shows: %s', async (_, token, key) => {
    expect(await codeFor(token, key)).toBe('token-malformed');
    expect(await codeFor(`${token}=`, key)).toBe('token-malformed');
  });
});

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

function signingInput(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://id.example', aud: 'api', jti: 'tok', iat: now, exp: now + 60 };
  return `${encoded({ alg: 'RS256', typ: 'at+jwt' })}.${encoded(claims)}`;
}

/** EMSA-PKCS1-v1_5 (RFC 8017 §9.2), which raised to the power of 1 is its own signature. */
function paddedDigest(input: string): string {
  const info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const tail = Buffer.concat([Buffer.from([0]), info, createHash('sha256').update(input).digest()]);
  const padding = Buffer.alloc(256 - 2 - tail.length, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), padding, tail]).toString('base64url');
}

/** What is signed in RFC 7520, and one stand-in where the examples are not at hand: a token of no JSON. */
function compactExamples(): [name: string, token: string, key: JWK][] {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const standIn: [string, string, JWK] = [
    'a stand-in',
    'eyJhbGciOiJSUzI1NiJ9.SXQ.AA',
    { ...key, kty: 'RSA' },
  ];
  if (!existsSync(COOKBOOK)) return [standIn];
  return readdirSync(COOKBOOK).flatMap((file): [string, string, JWK][] => {
    const { input, output } = JSON.parse(readFileSync(join(COOKBOOK, file), 'utf8')) as Example;
    return output.compact === undefined ? [] : [[file, output.compact, input.key]];
  });
}
