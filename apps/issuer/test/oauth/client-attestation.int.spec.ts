import { randomUUID } from 'node:crypto';
import type { ClientProof } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { RESOURCE, type Stage, setStage } from './stage.js';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
const now = () => Math.floor(Date.now() / 1000);
const newPair = () => generateKeyPair('ES256', { extractable: true });

const shown = (attested: string, pop: string) => ({
  'OAuth-Client-Attestation': attested,
  'OAuth-Client-Attestation-PoP': pop,
});

/** draft-ietf-oauth-attestation-based-client-auth, as the pinned engine speaks it. */
describe('an application whose instances are attested', () => {
  let stage: Stage;
  let id: string;
  let [attester, instance, stranger]: KeyPair[] = [];

  beforeAll(async () => {
    stage = await setStage({ CLIENT_ATTESTATION: 'on' });
    [attester, instance, stranger] = await Promise.all([newPair(), newPair(), newPair()]);
    ({ id } = await stage.register({ proof: await proofOf(attester) }));
  });
  afterAll(() => stage.stop());

  const proofOf = async ({ publicKey }: KeyPair): Promise<ClientProof> => ({
    method: 'attest_jwt_client_auth',
    jwks: { keys: [(await exportJWK(publicKey)) as never] },
  });
  const attestation = async (more: Record<string, unknown> = {}, by = attester) =>
    new SignJWT({
      sub: id,
      iat: now(),
      exp: now() + 3_600,
      cnf: { jwk: await exportJWK(instance.publicKey) },
      ...more,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'oauth-client-attestation+jwt' })
      .sign(by.privateKey);
  const challenge = async () => {
    const answer = await fetch(`${stage.url}/oauth/challenge`, { method: 'POST' });
    return ((await answer.json()) as { attestation_challenge: string }).attestation_challenge;
  };
  const proofOfPossession = async (more: Record<string, unknown> = {}, by = instance) =>
    new SignJWT({ aud: stage.url, jti: randomUUID(), iat: now(), challenge: await challenge(), ...more })
      .setProtectedHeader({ alg: 'ES256', typ: 'oauth-client-attestation-pop+jwt' })
      .sign(by.privateKey);
  const ask = async (headers: Record<string, string>, more: Record<string, string> = {}) => {
    const answer = await fetch(`${stage.url}/oauth/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, ...more }),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Record<string, string>,
    };
  };
  it('gets tokens with the word of its attester and the proof of its key, and discovery says so', async () => {
    const { status, body } = await ask(shown(await attestation(), await proofOfPossession()), {
      resource: RESOURCE,
    });
    expect([status, body['token_type']]).toEqual([200, 'Bearer']);
    const discovery = (await stage.call('GET', '/.well-known/openid-configuration')).body;
    expect(discovery.token_endpoint_auth_methods_supported).toContain('attest_jwt_client_auth');
    expect(discovery.challenge_endpoint).toBe(`${stage.url}/oauth/challenge`);
  });

  it('is told to answer a challenge first', async () => {
    const { status, body, headers } = await ask(
      shown(await attestation(), await proofOfPossession({ challenge: undefined })),
    );
    expect([status, body['error']]).toEqual([400, 'use_attestation_challenge']);
    expect(headers.get('oauth-client-attestation-challenge')).toEqual(expect.any(String));
  });

  it('proves its key once with each proof', async () => {
    const attested = await attestation();
    const pop = await proofOfPossession();
    expect((await ask(shown(attested, pop))).status).toBe(200);
    expect((await ask(shown(attested, pop))).body['error']).toBe('invalid_client');
  });

  it.each<[string, () => Promise<Record<string, string>>]>([
    [
      'attested by somebody else',
      async () => shown(await attestation({}, stranger), await proofOfPossession()),
    ],
    [
      'with another key than was attested',
      async () => shown(await attestation(), await proofOfPossession({}, stranger)),
    ],
    [
      'attested for another application',
      async () => shown(await attestation({ sub: 'app_x' }), await proofOfPossession()),
    ],
    [
      'with an attestation that is over',
      async () => shown(await attestation({ exp: now() - 120 }), await proofOfPossession()),
    ],
    [
      'attested for longer than a day',
      async () => shown(await attestation({ exp: now() + 90_000 }), await proofOfPossession()),
    ],
    [
      'with a proof for another server',
      async () => shown(await attestation(), await proofOfPossession({ aud: 'https://other.example' })),
    ],
    ['without a proof of its key', async () => ({ 'OAuth-Client-Attestation': await attestation() })],
    ['by its name alone', async () => ({})],
  ])('is refused %s', async (_what, headers) => {
    const { status, body } = await ask(await headers());
    expect([status, body['access_token']]).toEqual([expect.any(Number), undefined]);
    expect(['invalid_client', 'invalid_request']).toContain(body['error']);
  });

  it('has an attester whose keys can be checked', async () => {
    const { publicKey } = await generateKeyPair('PS256', { extractable: true });
    const proof = { method: 'attest_jwt_client_auth', jwks: { keys: [await exportJWK(publicKey)] } };
    const { status, body } = await stage.call('PATCH', `/v1/applications/${id}`, { proof });
    expect([status, body.errors[0].field]).toEqual([400, 'proof.jwks.keys.0']);
  });

  it('is taken only where the issuer is set up for it', async () => {
    const plain = await setStage();
    const answer = await plain.call('POST', '/v1/applications', {
      name: 'x',
      grantTypes: ['client_credentials'],
      resources: [RESOURCE],
      proof: await proofOf(attester),
    });
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'proof.method']);
    const discovery = (await plain.call('GET', '/.well-known/openid-configuration')).body;
    expect(discovery.token_endpoint_auth_methods_supported).not.toContain('attest_jwt_client_auth');
    expect((await fetch(`${plain.url}/oauth/challenge`, { method: 'POST' })).status).toBe(404);
    await plain.stop();
  });
});
