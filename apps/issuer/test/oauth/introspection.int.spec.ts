import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { base64url, decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import * as client from 'openid-client';
import { configurationOf, signIn } from './signed-in.js';
import { RESOURCE, type Stage, setStage } from './stage.js';

describe('introspection (RFC 7662) and revocation (RFC 7009)', () => {
  let stage: Stage;
  let config: client.Configuration;
  let web: client.Configuration;
  let api: client.Configuration;

  beforeAll(async () => {
    stage = await setStage();
    config = await configurationOf(stage, await stage.register());
    web = await configurationOf(stage, await stage.registerWeb());
    api = await configurationOf(stage, await stage.register({ name: 'The API' }));
  });
  afterAll(() => stage.stop());

  const issue = async () =>
    (await client.clientCredentialsGrant(config, { scope: 'demo:read', resource: RESOURCE })).access_token;
  const revokedIds = async () => (await stage.events('token.revoked.v1')).map(({ stream_id }) => stream_id);

  it('say what a JWT may do, to its application and to an API of the tenant', async () => {
    const token = await issue();
    const { jti, client_id, exp } = decodeJwt(token);
    const expected = {
      active: true,
      jti,
      client_id,
      exp,
      scope: 'demo:read',
      aud: RESOURCE,
      token_type: 'Bearer',
    };
    expect(await client.tokenIntrospection(config, token)).toMatchObject(expected);
    expect(await client.tokenIntrospection(api, token)).toMatchObject(expected);
  });

  it('say roles and plan as the JWT does, for gateways that ask', async () => {
    const application = await stage.register({ plan: 'gold', scopes: ['role:analyst'] });
    const its = await configurationOf(stage, application);
    const { access_token } = await client.clientCredentialsGrant(its, { scope: 'role:analyst' });
    expect(await client.tokenIntrospection(api, access_token)).toMatchObject({
      roles: ['analyst'],
      plan: 'gold',
    });
  });

  it('say what opaque and refresh tokens may do', async () => {
    const tokens = await signIn(stage, web, { resource: null, scope: 'openid offline_access' });
    expect(await client.tokenIntrospection(api, tokens.access_token)).toMatchObject({
      active: true,
      sub: stage.user.id,
      scope: 'openid offline_access',
    });
    expect(await client.tokenIntrospection(web, tokens.refresh_token!)).toMatchObject({ active: true });
  });

  it('end a JWT by an event that gateways understand', async () => {
    const token = await issue();
    await client.tokenRevocation(config, token);
    expect(await client.tokenIntrospection(config, token)).toEqual({ active: false });
    expect((await stage.events('token.revoked.v1')).at(-1)).toMatchObject({
      stream_id: decodeJwt(token).jti,
      data: { tokenId: decodeJwt(token).jti },
    });
    await client.tokenRevocation(config, token);
    const id = decodeJwt(token).jti;
    expect((await revokedIds()).filter((revoked) => revoked === id)).toHaveLength(1);
  });

  it('end an opaque token, with its event', async () => {
    const { access_token: token } = await signIn(stage, web, { resource: null, scope: 'openid' });
    const before = (await revokedIds()).length;
    await client.tokenRevocation(web, token);
    expect(await client.tokenIntrospection(web, token)).toEqual({ active: false });
    expect((await revokedIds()).length).toBe(before + 1);
    await expect(client.fetchUserInfo(web, token, stage.user.id)).rejects.toThrow();
  });

  it('end a refresh token together with every access token of its grant', async () => {
    const tokens = await signIn(stage, web);
    await client.tokenRevocation(web, tokens.refresh_token!);
    expect(await client.tokenIntrospection(web, tokens.access_token)).toEqual({ active: false });
    expect(await revokedIds()).toContain(decodeJwt(tokens.access_token).jti);
    await expect(client.refreshTokenGrant(web, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('are for the application a token was issued to', async () => {
    const token = await issue();
    await expect(client.tokenRevocation(api, token)).rejects.toMatchObject({ error: 'invalid_request' });
    expect(await client.tokenIntrospection(config, token)).toMatchObject({ active: true });
  });

  it('can be ended by an operator who knows no more than its id', async () => {
    const token = await issue();
    const answer = await stage.call('POST', `/v1/access-tokens/${decodeJwt(token).jti}/revoke`, {
      reason: 'leaked',
    });
    expect(answer.status).toBe(204);
    expect(await client.tokenIntrospection(config, token)).toEqual({ active: false });
    const elsewhere = await stage.call('POST', `/v1/tokens/${decodeJwt(token).jti}/revoke`, { reason: 'x' });
    expect([elsewhere.status, elsewhere.body.detail]).toEqual([
      404,
      expect.stringContaining('/v1/access-tokens/'),
    ]);
    const unknown = `tok_${'0'.repeat(32)}`;
    expect((await stage.call('POST', `/v1/access-tokens/${unknown}/revoke`, { reason: 'x' })).status).toBe(
      404,
    );
  });

  it('tell nobody else anything: no credentials, wrong ones', async () => {
    const token = await issue();
    const endpoint = config.serverMetadata().introspection_endpoint!;
    const ask = async (fields: Record<string, string>) => {
      const answer = await fetch(endpoint, {
        method: 'POST',
        body: new URLSearchParams({ token, ...fields }),
      });
      return [answer.status, Object.keys((await answer.json()) as object)];
    };
    expect((await ask({}))[0]).toBe(400);
    expect((await ask({ client_id: config.clientMetadata().client_id, client_secret: 'x' }))[0]).toBe(401);
  });

  it('take no forgery for a token', async () => {
    const token = await issue();
    const claims = decodeJwt(token);
    const header = decodeProtectedHeader(token);
    const [, payload, signature] = token.split('.');
    const stranger = await generateKeyPair('ES256');
    const { keys } = (await (await fetch(config.serverMetadata().jwks_uri!)).json()) as {
      keys: { x: string }[];
    };
    const sign = (alg: string, key: Parameters<SignJWT['sign']>[0], more = {}) =>
      new SignJWT(claims).setProtectedHeader({ ...header, ...more, alg }).sign(key);
    const forgeries = [
      new UnsecuredJWT(claims).encode(),
      `${base64url.encode(JSON.stringify({ ...header, alg: 'none' }))}.${payload}.`,
      `${base64url.encode(JSON.stringify({ ...header, alg: 'HS256' }))}.${payload}.${signature}`,
      await sign('HS256', Buffer.from(JSON.stringify(keys[0]))),
      await sign('HS256', Buffer.from(keys[0].x.padEnd(64, '0'))),
      await sign('ES256', stranger.privateKey),
      await sign('ES256', stranger.privateKey, { jwk: { kty: 'EC' }, kid: 'other' }),
      await sign('ES256', stranger.privateKey, { jku: 'https://evil.example/jwks' }),
      token.slice(0, -4),
    ];
    for (const forged of forgeries)
      expect(await client.tokenIntrospection(config, forged).catch(() => ({ active: false }))).toEqual({
        active: false,
      });
  });
});
