import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import * as client from 'openid-client';
import { configurationOf, signIn } from './signed-in.js';
import { CALLBACK, RESOURCE, type Stage, setStage } from './stage.js';

describe('dynamic client registration', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage({ DYNAMIC_REGISTRATION: 'on' });
  });
  afterAll(() => stage.stop());

  const web = {
    client_name: 'Wiki',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
  };
  const register = (metadata: Record<string, unknown>, headers: Record<string, string> = {}) =>
    stage.call('POST', '/oauth/register', metadata, headers);
  const manage = (method: string, { client_id: id }: { client_id: string }, token: string) =>
    stage.call(method, `/oauth/register/${id}`, undefined, { authorization: `Bearer ${token}` });

  it('is what discovery says, and a real client registers and signs in (RFC 7591)', async () => {
    const config = await client.dynamicClientRegistration(
      new URL(stage.url),
      { ...web, resources: [RESOURCE], scope: 'demo:read' },
      undefined,
      { initialAccessToken: stage.adminToken, execute: [client.allowInsecureRequests] },
    );
    expect(config.serverMetadata().registration_endpoint).toBe(`${stage.url}/oauth/register`);
    const { client_id: id } = config.clientMetadata();
    const tokens = await signIn(stage, config, { scope: 'openid demo:read' });
    expect(tokens.scope).toContain('demo:read');
    const registered = await stage.events('application.registered.v1');
    expect(registered.at(-1)).toMatchObject({ stream_id: id, data: { name: 'Wiki' } });
  });

  it('gives a client what it may read and end of itself, and of nobody else (RFC 7592)', async () => {
    const { body: own } = await register({
      ...web,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      resources: [RESOURCE],
    });
    const { body: other } = await register(web);
    const token = own.registration_access_token;
    const read = await manage('GET', own, token);
    expect([read.status, read.body]).toEqual([
      200,
      expect.objectContaining({ client_id: own.client_id, client_name: 'Wiki' }),
    ]);
    expect(read.body).not.toHaveProperty('client_secret');
    for (const wrong of [other.registration_access_token, stage.adminToken, '', `${token}x`])
      expect((await manage('GET', own, wrong)).status).toBe(401);
    expect((await manage('DELETE', own, other.registration_access_token)).status).toBe(401);
    const config = await configurationOf(stage, { id: own.client_id, clientSecret: own.client_secret });
    await client.clientCredentialsGrant(config);
    expect((await manage('DELETE', own, token)).status).toBe(204);
    await expect(client.clientCredentialsGrant(config)).rejects.toMatchObject({ error: 'invalid_client' });
    expect((await manage('GET', own, token)).status).toBe(401);
  });

  it('takes public clients and clients with a key', async () => {
    const { body: open } = await register({ ...web, token_endpoint_auth_method: 'none' });
    expect(open).toMatchObject({ token_endpoint_auth_method: 'none' });
    expect(open).not.toHaveProperty('client_secret');
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = { keys: [await exportJWK(publicKey)] };
    const { body: keyed } = await register({ ...web, token_endpoint_auth_method: 'private_key_jwt', jwks });
    expect(keyed).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt', jwks });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a redirect to anywhere', { redirect_uris: ['http://evil.example/*'] }, 'invalid_redirect_uri'],
    ['a redirect with a fragment', { redirect_uris: [`${CALLBACK}#x`] }, 'invalid_redirect_uri'],
    ['no redirect', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['implicit', { response_types: ['token'] }, 'invalid_client_metadata'],
    ['the password grant', { grant_types: ['password'] }, 'invalid_client_metadata'],
    ['keys from elsewhere', { jwks_uri: 'https://evil.example/jwks' }, 'invalid_client_metadata'],
    ['no signature', { id_token_signed_response_alg: 'none' }, 'invalid_client_metadata'],
    ['a scope the initial token has not', { scope: 'audit:write' }, 'invalid_client_metadata'],
    ['an algorithm nobody signs with', { id_token_signed_response_alg: 'RS256' }, 'invalid_client_metadata'],
  ])('refuses %s', async (_what, metadata, error) => {
    const { status, body } = await register({ ...web, ...metadata });
    expect([status, body.error]).toEqual([400, error]);
    expect(body.error_description).toEqual(expect.any(String));
  });

  it('is for holders of an initial access token', async () => {
    expect((await register(web, { authorization: '' })).status).toBe(401);
    expect((await register(web, { authorization: `Bearer ${stage.readerToken}` })).status).toBe(403);
  });

  it('is off until it is turned on', async () => {
    const plain = await setStage();
    const { status } = await plain.call('POST', '/oauth/register', web);
    const discovery = (await plain.call('GET', '/.well-known/openid-configuration')).body;
    expect([status, discovery]).toEqual([
      404,
      expect.not.objectContaining({ registration_endpoint: expect.anything() }),
    ]);
    await plain.stop();
  });
});
