import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { configurationOf } from './signed-in.js';
import { RESOURCE, type Stage, setStage } from './stage.js';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

describe('token exchange (RFC 8693)', () => {
  let stage: Stage;
  let config: client.Configuration;
  let application: Awaited<ReturnType<Stage['register']>>;

  beforeAll(async () => {
    stage = await setStage();
    application = await stage.register({ grantTypes: [EXCHANGE] });
    config = await configurationOf(stage, application);
  });
  afterAll(() => stage.stop());

  const apiToken = async (more: Record<string, unknown> = {}) => {
    const terms = { name: 'CI', scopes: ['demo:read', 'other:read'], ...more };
    return (await stage.call('POST', '/v1/tokens', terms)).body as { id: string; token: string };
  };
  const exchange = (token: string, more: Record<string, string> = {}, by = config) =>
    client.genericGrantRequest(by, EXCHANGE, {
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
      resource: RESOURCE,
      ...more,
    });

  it('turns an API token into a JWT that can do what both may do, for five minutes', async () => {
    const { id, token } = await apiToken();
    const answer = await exchange(token);
    expect(answer).toMatchObject({ issued_token_type: ACCESS_TOKEN, expires_in: 300, scope: 'demo:read' });
    const claims = decodeJwt(answer.access_token);
    expect(claims).toMatchObject({
      sub: id,
      act: { sub: application.id },
      aud: RESOURCE,
      scope: 'demo:read',
    });
    expect(claims.exp! - claims.iat!).toBe(300);
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.at(-1)).toMatchObject({
      stream_id: claims.jti,
      data: { subjectTokenId: id, grantType: EXCHANGE },
    });
  });

  it('keeps the plan of the API token, and its roles as far as the application may have them', async () => {
    const scopes = ['demo:read', 'role:analyst'];
    const analyst = await stage.register({ grantTypes: [EXCHANGE], plan: 'silver', scopes });
    const analysts = await configurationOf(stage, analyst);
    const claims = async (by: client.Configuration, plan?: string) => {
      const { token } = await apiToken({ scopes, plan });
      return decodeJwt((await exchange(token, {}, by)).access_token);
    };
    expect(await claims(analysts, 'gold')).toMatchObject({ plan: 'gold', roles: ['analyst'] });
    expect(await claims(analysts)).toMatchObject({ plan: 'silver', roles: ['analyst'] });
    expect(await claims(config)).not.toHaveProperty('roles');
  });

  it('never outlives the API token', async () => {
    const { token } = await apiToken({ expiresInSeconds: 60 });
    expect((await exchange(token)).expires_in).toBeLessThanOrEqual(60);
  });

  it.each(['revoke', 'suspend'])('ends with the API token: %s', async (how) => {
    const { id, token } = await apiToken();
    const { access_token: jwt } = await exchange(token);
    await stage.call('POST', `/v1/tokens/${id}/${how}`, { reason: 'test' });
    expect(await client.tokenIntrospection(config, jwt)).toEqual({ active: false });
    await expect(exchange(token)).rejects.toMatchObject({ error: 'invalid_request' });
  });

  it('gives nothing for more scope, another resource, or a token that is not one of ours', async () => {
    const { token } = await apiToken();
    await expect(exchange(token, { scope: 'demo:read demo:write' })).rejects.toMatchObject({
      error: 'invalid_scope',
    });
    await expect(exchange(token, { resource: 'https://x.example' })).rejects.toMatchObject({
      error: 'invalid_target',
    });
    for (const wrong of ['x', `${token}x`, (await exchange(token)).access_token])
      await expect(exchange(wrong)).rejects.toMatchObject({ error: 'invalid_request' });
    await expect(exchange(token, { subject_token_type: 'x' })).rejects.toMatchObject({
      error: 'invalid_request',
    });
  });

  it.each(['ipAllow', 'ipDeny'])('does not take the address list off a token: %s', async (list) => {
    const { token } = await apiToken({ [list]: ['192.0.2.1'] });
    await expect(exchange(token)).rejects.toMatchObject({ error: 'invalid_request' });
  });
});
