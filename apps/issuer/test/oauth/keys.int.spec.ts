import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { configurationOf } from './signed-in.js';
import { type Stage, setStage } from './stage.js';

interface Key {
  keyId: string;
  status: string;
  algorithm: string;
}

describe('signing keys', () => {
  let stage: Stage;
  let config: client.Configuration;

  beforeAll(async () => {
    stage = await setStage({ SIGNING_KEY_LEAD_SECONDS: '1' });
    config = await configurationOf(stage, await stage.register());
  });
  afterAll(() => stage.stop());

  const keys = async (): Promise<Key[]> => (await stage.call('GET', '/v1/keys')).body.items;
  const published = async () =>
    ((await (await fetch(`${stage.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet).keys;
  const kidOf = async () =>
    decodeProtectedHeader((await client.clientCredentialsGrant(config)).access_token).kid;
  const signing = async (keyId: string) =>
    eventually(async () => {
      const key = (await keys()).find((one) => one.keyId === keyId);
      if (key?.status !== 'active') throw new Error(`${keyId} is ${key?.status}`);
    });

  it('are in the JWK Set without their private part, and in the database sealed', async () => {
    const [key] = await published();
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    for (const each of await published()) expect(Object.keys(each)).not.toContain('d');
    const [{ dump }] = await stage.dataSource.query(
      `select encode(sealed_private_jwk, 'escape') || public_jwk::text as dump from signing_key`,
    );
    expect(dump).not.toContain('"d":');
  });

  it('are published before they sign', async () => {
    const before = await kidOf();
    const { body: next } = await stage.call('POST', '/v1/keys/rotate', { leadSeconds: 8 });
    expect(next.status).toBe('pending');
    expect((await published()).map(({ kid }) => kid)).toContain(next.keyId);
    expect(await kidOf()).toBe(before);
    const early = await stage.call('POST', '/v1/keys/rotate', {});
    expect([early.status, early.body.code]).toEqual([409, 'key-not-usable']);
    await signing(next.keyId);
    await eventually(async () => expect(await kidOf()).toBe(next.keyId)); // the engine follows in its own time
    expect((await published()).map(({ kid }) => kid)).toContain(before);
  });

  it('are not retired early because somebody edits the read model: the stream knows when', async () => {
    const old = (await keys()).find(({ status }) => status === 'retiring')!;
    await stage.dataSource.query('update signing_key set retire_at = now() where key_id = $1', [old.keyId]);
    const { body: next } = await stage.call('POST', '/v1/keys/rotate', { leadSeconds: 1 });
    await signing(next.keyId); // so the clock was looked at meanwhile
    expect((await published()).map(({ kid }) => kid)).toContain(old.keyId);
  });

  it('are offered in other algorithms, and an application signs with the one it asked for', async () => {
    const refused = await stage.call('POST', '/v1/applications', {
      name: 'Ed',
      grantTypes: ['client_credentials'],
      resources: ['https://api.example'],
      signingAlgorithm: 'EdDSA',
    });
    expect([refused.status, refused.body.code]).toEqual([409, 'key-not-usable']);
    const jwks = createRemoteJWKSet(new URL(`${stage.url}/.well-known/jwks.json`), { cooldownDuration: 0 });
    for (const signingAlgorithm of ['EdDSA', 'PS256', 'RS256'] as const) {
      const { body: key } = await stage.call('POST', '/v1/keys/rotate', {
        algorithm: signingAlgorithm,
        leadSeconds: 1,
      });
      await signing(key.keyId);
      const application = await configurationOf(stage, await stage.register({ signingAlgorithm }));
      const { access_token: token } = await client.clientCredentialsGrant(application);
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: signingAlgorithm, kid: key.keyId });
      await jwtVerify(token, jwks, { algorithms: [signingAlgorithm] });
    }
  });

  it('rotate ten times under load, and no verifier meets a key it cannot find', async () => {
    const jwks = createRemoteJWKSet(new URL(`${stage.url}/.well-known/jwks.json`), { cooldownDuration: 0 });
    const load = new AbortController();
    const kids = new Set<string>();
    let tokens = 0;
    const clients = Array.from({ length: 4 }, async () => {
      while (!load.signal.aborted) {
        const { access_token: token } = await client.clientCredentialsGrant(config);
        kids.add(decodeProtectedHeader(token).kid!);
        await jwtVerify(token, jwks, { issuer: stage.url, typ: 'at+jwt' });
        tokens++;
      }
    });
    for (let round = 0; round < 10; round++) {
      const { body: next } = await stage.call('POST', '/v1/keys/rotate', { leadSeconds: 1 });
      await signing(next.keyId);
      await eventually(() => {
        if (!kids.has(next.keyId)) throw new Error('nothing signed with it yet');
      });
    }
    await eventually(() => expect(tokens).toBeGreaterThan(100));
    load.abort();
    await Promise.all(clients);
    expect(kids.size).toBeGreaterThanOrEqual(11);
  });

  it('vanish at once when they are compromised, with everything they signed', async () => {
    const { access_token: token } = await client.clientCredentialsGrant(config);
    const { kid } = decodeProtectedHeader(token);
    const { body } = await stage.call('POST', `/v1/keys/${kid}/compromise`, { reason: 'found in a backup' });
    expect(body.status).toBe('compromised');
    expect((await published()).map((key) => key.kid)).not.toContain(kid);
    expect(await client.tokenIntrospection(config, token)).toEqual({ active: false });
    expect(await kidOf()).not.toBe(kid);
    const events = await stage.events('signing-key.compromised.v1');
    expect(events.at(-1)?.data).toMatchObject({ keyId: kid, reason: 'found in a backup' });
    const [{ live }] = await stage.dataSource.query(
      'select count(*)::int as live from access_token where key_id = $1 and revoked_at is null and expires_at > now()',
      [kid],
    );
    expect(live).toBe(0);
    const [{ sealed }] = await stage.dataSource.query(
      'select count(sealed_private_jwk)::int as sealed from signing_key where key_id = $1',
      [kid],
    );
    expect(sealed).toBe(0);
  });

  it('are for the operator: who may not see them is told nothing', async () => {
    const reader = { authorization: `Bearer ${stage.readerToken}` };
    expect((await stage.call('GET', '/v1/keys', undefined, reader)).status).toBe(403);
    expect((await stage.call('POST', '/v1/keys/rotate', {}, reader)).status).toBe(403);
    const unknown = await stage.call('POST', `/v1/keys/${'x'.repeat(43)}/compromise`, { reason: 'x' });
    expect(unknown.status).toBe(404);
  });
});
