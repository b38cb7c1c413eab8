import { SINGLE_USE_CLAIM } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { configurationOf } from './signed-in.js';
import { RESOURCE, type Stage, setStage } from './stage.js';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

describe('a single-use access token', () => {
  let stage: Stage;
  let config: client.Configuration;

  beforeAll(async () => {
    stage = await setStage();
    config = await configurationOf(stage, await stage.register({ grantTypes: [EXCHANGE] }));
  });
  afterAll(() => stage.stop());

  const exchange = async (more: Record<string, string> = { single_use: 'true' }) => {
    const { body } = await stage.call('POST', '/v1/tokens', { name: 'CI', scopes: ['demo:read'] });
    const answer = await client.genericGrantRequest(config, EXCHANGE, {
      subject_token: body.token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      resource: RESOURCE,
      ...more,
    });
    return { answer, jwt: answer.access_token, tokenId: decodeJwt(answer.access_token).jti!, apiToken: body };
  };
  const consume = async (tokenId: string, use: { useId?: string; tenant?: string } = {}) =>
    (
      await stage.call('POST', '/v1/tokens/consume', {
        tokenId,
        tenant: 'default',
        useId: newId('use'),
        ...use,
      })
    ).body.outcome;

  it('comes of an exchange that asks for it, says so, and lives five minutes at most', async () => {
    const { answer, jwt, tokenId } = await exchange();
    expect(answer).toMatchObject({ single_use: true, expires_in: 300 });
    expect(decodeJwt(jwt)[SINGLE_USE_CLAIM]).toBe(true);
    expect(await client.tokenIntrospection(config, jwt)).toMatchObject({
      active: true,
      [SINGLE_USE_CLAIM]: true,
    });
    const issued = await stage.events('access-token.issued.v1');
    expect(issued.at(-1)).toMatchObject({ stream_id: tokenId, data: { singleUse: true } });
    await expect(exchange({ single_use: 'yes' })).rejects.toMatchObject({ error: 'invalid_request' });
  });

  it('is consumed by one of fifty uses at once, and is over for whoever introspects it', async () => {
    const { jwt, tokenId } = await exchange();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => consume(tokenId)));
    expect(outcomes.filter((outcome) => outcome === 'consumed')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'consumed-before')).toHaveLength(49);
    const consumed = await stage.events('access-token.consumed.v1');
    expect(consumed.filter(({ stream_id }) => stream_id === tokenId)).toHaveLength(1);
    expect(await client.tokenIntrospection(config, jwt)).toEqual({ active: false });
  });

  it('answers a use that asks again because the answer was lost as it did before', async () => {
    const { tokenId } = await exchange();
    const useId = newId('use');
    expect(await consume(tokenId, { useId })).toBe('consumed');
    expect(await consume(tokenId, { useId })).toBe('consumed');
    expect(await consume(tokenId)).toBe('consumed-before');
  });

  it('has ended with the API token it was exchanged for', async () => {
    const { tokenId, apiToken } = await exchange();
    await stage.call('POST', `/v1/tokens/${apiToken.id}/revoke`, { reason: 'test' });
    expect(await consume(tokenId)).toBe('ended');
  });

  it('is nothing that another tenant, an ordinary token or an unknown id could be', async () => {
    const { tokenId } = await exchange();
    expect(await consume(tokenId, { tenant: 'other' })).toBe('ended');
    expect(await consume((await exchange({})).tokenId)).toBe('ended');
    expect(await consume(newId('tok'))).toBe('ended');
    expect(await consume(tokenId)).toBe('consumed');
  });

  it('is consumed by services alone', async () => {
    const body = { tokenId: newId('tok'), tenant: 'default', useId: newId('use') };
    const reader = { authorization: `Bearer ${stage.readerToken}` };
    expect((await stage.call('POST', '/v1/tokens/consume', body, reader)).status).toBe(403);
    expect((await stage.call('POST', '/v1/tokens/consume', { ...body, useId: 'mine' })).status).toBe(400);
  });
});
