import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { RESOURCE, type Stage, setStage } from './stage.js';

describe('client credentials (RFC 6749 §4.4)', () => {
  let stage: Stage;
  const configurationOf = (application: { id: string; clientSecret: string | null }) =>
    client.discovery(new URL(stage.url), application.id, application.clientSecret ?? undefined, undefined, {
      execute: [client.allowInsecureRequests],
    });

  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage.stop());

  it('answer with a JWT for the resource that anybody can verify (RFC 9068)', async () => {
    const application = await stage.register();
    const config = await configurationOf(application);
    const { access_token: token, ...answer } = await client.clientCredentialsGrant(config, {
      scope: 'demo:read',
      resource: RESOURCE,
    });
    expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'demo:read' });
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri!));
    const { payload } = await jwtVerify(token, keys, {
      issuer: stage.url,
      audience: RESOURCE,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    });
    expect(payload).toMatchObject({ sub: application.id, client_id: application.id, scope: 'demo:read' });
    expect(payload.jti).toMatch(/^tok_[0-9a-f]{32}$/);
  });

  it('commit the event of a token before there is a token', async () => {
    const application = await stage.register();
    const config = await configurationOf(application);
    const { access_token: token } = await client.clientCredentialsGrant(config, {
      scope: 'demo:read demo:write',
    });
    const { jti, exp } = decodeJwt(token);
    const issued = (await stage.events('access-token.issued.v1')).find(({ stream_id }) => stream_id === jti);
    expect(issued).toMatchObject({
      tenant: 'default',
      data: {
        tokenId: jti,
        applicationId: application.id,
        grantType: 'client_credentials',
        userId: null,
        audience: RESOURCE,
        scopes: ['demo:read', 'demo:write'],
        expiresAt: new Date(exp! * 1000).toISOString(),
        format: 'jwt',
        keyId: decodeProtectedHeader(token).kid,
      },
    });
  });

  it('say on which plan the application is, and in which of its roles a token is', async () => {
    const application = await stage.register({ plan: 'gold', scopes: ['demo:read', 'role:analyst'] });
    expect(application.plan).toBe('gold');
    const config = await configurationOf(application);
    const claims = async (scope: string) =>
      decodeJwt((await client.clientCredentialsGrant(config, { scope })).access_token);
    expect(await claims('demo:read role:analyst')).toMatchObject({ plan: 'gold', roles: ['analyst'] });
    expect(await claims('demo:read')).not.toHaveProperty('roles');
    await stage.call('PATCH', `/v1/applications/${application.id}`, { plan: null });
    expect(await claims('demo:read')).not.toHaveProperty('plan');
  });

  it('grant no scope and no resource that the application was not given', async () => {
    const config = await configurationOf(await stage.register({ scopes: ['demo:read'] }));
    const { scope } = await client.clientCredentialsGrant(config, {
      scope: 'demo:read demo:write tokens:write',
    });
    expect(scope).toBe('demo:read');
    await expect(
      client.clientCredentialsGrant(config, { resource: 'https://other.example' }),
    ).rejects.toMatchObject({ error: 'invalid_target' });
  });

  it.each([
    ['a wrong secret', (secret: string) => `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`],
    ['the hash instead of the secret', () => ''],
  ])('refuse %s', async (_what, wrong) => {
    const application = await stage.register();
    const [{ hash }] = await stage.dataSource.query(
      `select secrets->0->>'hash' as hash from application where id = $1`,
      [application.id],
    );
    const config = await configurationOf({
      id: application.id,
      clientSecret: wrong(application.clientSecret!) || hash,
    });
    await expect(client.clientCredentialsGrant(config)).rejects.toMatchObject({ error: 'invalid_client' });
  });

  it('work with both secrets until the overlap ends, and with the new one alone without overlap', async () => {
    const application = await stage.register();
    const rotate = async (overlapSeconds: number) =>
      (await stage.call('POST', `/v1/applications/${application.id}/rotate-secret`, { overlapSeconds })).body;
    const works = async (clientSecret: string) =>
      client
        .clientCredentialsGrant(await configurationOf({ id: application.id, clientSecret }))
        .then(() => true)
        .catch(() => false);
    const { clientSecret: second } = await rotate(60);
    expect([await works(application.clientSecret!), await works(second)]).toEqual([true, true]);
    const { clientSecret: third } = await rotate(0);
    expect([await works(application.clientSecret!), await works(second), await works(third)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('end with the application: no new token, and those it holds revoked', async () => {
    const application = await stage.register();
    const config = await configurationOf(application);
    const tokens = await Promise.all([1, 2, 3].map(() => client.clientCredentialsGrant(config)));
    await stage.call('POST', `/v1/applications/${application.id}/disable`, { reason: 'over' });
    await expect(client.clientCredentialsGrant(config)).rejects.toMatchObject({ error: 'invalid_client' });
    const revoked = (await stage.events('token.revoked.v1')).map(({ stream_id }) => stream_id);
    expect(revoked).toEqual(expect.arrayContaining(tokens.map((token) => decodeJwt(token.access_token).jti)));
    await stage.call('POST', `/v1/applications/${application.id}/enable`, { reason: 'back' });
    await client.clientCredentialsGrant(config);
  });
});
