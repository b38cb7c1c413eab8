import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { AccessTokens } from '../../src/oauth/access-tokens/access-tokens.js';
import { Artifacts } from '../../src/oauth/artifacts/artifacts.js';
import { configurationOf, signIn } from './signed-in.js';
import { type Stage, setStage } from './stage.js';

describe('what has expired', () => {
  let stage: Stage;
  let config: client.Configuration;

  beforeAll(async () => {
    stage = await setStage();
    config = await configurationOf(stage, await stage.registerWeb());
  });
  afterAll(() => stage.stop());

  const counts = async () => {
    const [row] = await stage.dataSource.query(
      'select (select count(*)::int from oauth_artifact) as artifacts, (select count(*)::int from access_token) as tokens',
    );
    return row as { artifacts: number; tokens: number };
  };

  it('is forgotten, what lives is kept, and a history stays', async () => {
    const artifacts = stage.get(Artifacts);
    const tokens = stage.get(AccessTokens);
    await signIn(stage, config);
    await stage.dataSource.query(`update oauth_artifact set expires_at = now() - interval '2 hours'`);
    await stage.dataSource.query(`update access_token set expires_at = now() - interval '2 days'`);
    const { refresh_token: living } = await signIn(stage, config);
    const before = await counts();
    await artifacts.forgetExpired(1_000);
    await tokens.forgetExpired(1_000);
    const after = await counts();
    expect(after.artifacts).toBeLessThan(before.artifacts);
    expect(after.tokens).toBe(1);
    expect(await stage.events('access-token.issued.v1')).toHaveLength(2);
    await client.refreshTokenGrant(config, living!);
  });
});
