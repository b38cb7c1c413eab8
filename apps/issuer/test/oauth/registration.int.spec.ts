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
  const replace = ({ client_id: id }: { client_id: string }, token: string, metadata: object) =>
    stage.call('PUT', `/oauth/register/${id}`, metadata, { authorization: `Bearer ${token}` });

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

  describe('lets a client replace itself (RFC 7592 §2.2)', () => {
    const OTHER = 'https://other.example/callback';
    const full = { ...web, resources: [RESOURCE], scope: 'demo:read demo:write' };

    it('and get another registration access token for it: the one it used is spent', async () => {
      const { body: own } = await register(full);
      const { client_id, client_secret, registration_access_token: first } = own;
      const changed = {
        ...full,
        client_id,
        client_name: 'Wiki 2',
        redirect_uris: [OTHER],
        scope: 'demo:read',
      };
      const { status, headers, body } = await replace(own, first, { ...changed, client_secret });
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(body).toMatchObject({
        client_id,
        client_name: 'Wiki 2',
        redirect_uris: [OTHER],
        scope: 'demo:read',
      });
      const second = body.registration_access_token;
      expect(second).not.toBe(first);
      for (const method of ['GET', 'DELETE']) expect((await manage(method, own, first)).status).toBe(401);
      expect((await manage('GET', own, second)).body).toEqual(body);
      const [event] = (await stage.events('application.updated.v1')).slice(-1);
      expect(event).toMatchObject({
        stream_id: client_id,
        data: { changes: { name: 'Wiki 2', scopes: ['demo:read'] } },
      });
      expect((await replace(own, second, changed)).status).toBe(200); // the same again spends the token as well
      expect((await manage('GET', own, second)).status).toBe(401);
    });

    it('once with each token, however many try at the same moment', async () => {
      const { body: own } = await register(full);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          replace(own, own.registration_access_token, {
            ...full,
            client_id: own.client_id,
            client_name: `${i}`,
          }),
        ),
      );
      expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['200', ...Array(9).fill('401')]);
    });

    it.each<[string, object]>([
      ['a scope it was not given', { scope: 'demo:read demo:delete' }],
      ['a resource it was not given', { resources: [RESOURCE, 'https://other.example'] }],
      [
        'a grant it was not given',
        { grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] },
      ],
      ['tokens that are bound to nothing', { dpop_bound_access_tokens: false }],
      ['another proof', { token_endpoint_auth_method: 'none' }],
      ['another signature', { id_token_signed_response_alg: 'EdDSA' }],
      ['another’s id', { client_id: `app_${'0'.repeat(32)}` }],
      ['a wrong secret', { client_secret: 'x' }],
      ['what is not its to say', { registration_access_token: 'x' }],
      ['a redirect to anywhere', { redirect_uris: ['http://evil.example/*'] }],
    ])('but not give itself %s, and its token stays good', async (_what, wrong) => {
      const bound = { ...full, dpop_bound_access_tokens: true };
      const { body: own } = await register(bound);
      const { client_id, registration_access_token: token } = own;
      const { status, body } = await replace(own, token, { ...bound, client_id, ...wrong });
      expect([status, body.error]).toEqual([
        400,
        expect.stringMatching(/^invalid_(client_metadata|redirect_uri)$/),
      ]);
      expect((await manage('GET', own, token)).status).toBe(200);
    });

    it('and nobody else', async () => {
      const [{ body: own }, { body: other }] = [await register(full), await register(full)];
      const metadata = { ...full, client_id: own.client_id };
      for (const wrong of [other.registration_access_token, stage.adminToken, ''])
        expect((await replace(own, wrong, metadata)).status).toBe(401);
      expect((await replace({ client_id: `app_${'0'.repeat(32)}` }, '', metadata)).status).toBe(401);
    });
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
