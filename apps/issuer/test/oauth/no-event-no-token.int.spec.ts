import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { configurationOf, signIn } from './signed-in.js';
import { type Stage, setStage } from './stage.js';

describe('when an event cannot be committed', () => {
  let stage: Stage;
  let config: client.Configuration;

  beforeAll(async () => {
    stage = await setStage();
    config = await configurationOf(
      stage,
      await stage.registerWeb({ grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'] }),
    );
  });
  afterAll(() => stage.stop());

  const broken = async (work: () => Promise<void>) => {
    await stage.dataSource.query('alter function issue_access_tokens rename to issue_nothing');
    try {
      await work();
    } finally {
      await stage.dataSource.query('alter function issue_nothing rename to issue_access_tokens');
    }
  };
  const unavailable = { cause: { status: 503 } };
  const issued = async () => (await stage.events('access-token.issued.v1')).length;

  it('there is no token, and the client is told to come back', async () => {
    await broken(async () => {
      await expect(client.clientCredentialsGrant(config)).rejects.toMatchObject(unavailable);
      await expect(signIn(stage, config)).rejects.toMatchObject(unavailable);
      await expect(signIn(stage, config, { resource: null })).rejects.toMatchObject(unavailable);
    });
    expect(await issued()).toBe(0);
    await client.clientCredentialsGrant(config);
    expect(await issued()).toBe(1);
  });

  it('a refresh token is not lost: it can be redeemed when all is well again', async () => {
    const { refresh_token: token } = await signIn(stage, config);
    await broken(async () => {
      await expect(client.refreshTokenGrant(config, token!)).rejects.toMatchObject(unavailable);
    });
    await stage.dataSource.query(
      `update oauth_artifact set consumed_at = consumed_at - interval '6 seconds'`,
    );
    await client.refreshTokenGrant(config, token!);
  });
});
