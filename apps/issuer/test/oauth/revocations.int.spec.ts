import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { configurationOf, signIn } from './signed-in.js';
import { type Stage, setStage } from './stage.js';

let stage: Stage;
let application: Awaited<ReturnType<Stage['registerWeb']>>;
let config: client.Configuration;
beforeAll(async () => {
  stage = await setStage();
  application = await stage.registerWeb();
  config = await configurationOf(stage, application);
});
afterAll(() => stage.stop());

describe('POST /v1/revocations', () => {
  it.each(['application', 'user'] as const)(
    'ends the grants of one %s, refresh tokens included',
    async (kind) => {
      const { access_token: accessToken, refresh_token: refreshToken } = await signIn(stage, config);
      const whose = { application: application.id, user: stage.user.id }[kind];
      const body = { [kind]: whose, reason: 'offboarding' };
      const rehearsal = await stage.call('POST', '/v1/revocations', { ...body, dryRun: true });
      expect(rehearsal.body).toMatchObject({ grants: 1, accessTokens: 1 });
      const answer = await stage.call('POST', '/v1/revocations', body);
      expect(answer.body).toMatchObject({ grants: 1, complete: true });
      await expect(client.refreshTokenGrant(config, refreshToken!)).rejects.toMatchObject({
        error: 'invalid_grant',
      });
      const revoked = (await stage.events('token.revoked.v1')).map(({ stream_id }) => stream_id);
      expect(revoked).toContain(decodeJwt(accessToken).jti);
      expect((await signIn(stage, config)).access_token).toBeDefined(); // the application itself goes on
      await stage.call('POST', '/v1/revocations', body);
    },
  );

  it('ends the API tokens that an application has issued, and what was issued with those', async () => {
    const resource = `${stage.url}/v1`;
    const maker = await stage.register({ resources: [resource], scopes: ['tokens:write'] });
    const asked = { resource, scope: 'tokens:write' };
    const granted = await client.clientCredentialsGrant(await configurationOf(stage, maker), asked);
    const issue = async (token: string) => {
      const body = { name: 'CI', scopes: ['tokens:write'] };
      return (await stage.call('POST', '/v1/tokens', body, { authorization: `Bearer ${token}` })).body;
    };
    const child = await issue(granted.access_token);
    const grandchild = await issue(child.token);
    const answer = await stage.call('POST', '/v1/revocations', { application: maker.id, reason: 'leak' });
    expect(answer.body).toMatchObject({ tokens: 2, accessTokens: 1, complete: true });
    for (const { id } of [child, grandchild])
      expect((await stage.call('GET', `/v1/tokens/${id}`)).body.status).toBe('revoked');
  });

  it('does not reach another tenant’s', async () => {
    const { refresh_token: refreshToken } = await signIn(stage, config);
    await stage.dataSource.query(`update application set tenant = 'elsewhere' where id = $1`, [
      application.id,
    ]);
    const body = { user: stage.user.id, reason: 'not mine', dryRun: true };
    expect((await stage.call('POST', '/v1/revocations', body)).body).toMatchObject({ grants: 0 });
    await stage.dataSource.query(`update application set tenant = 'default' where id = $1`, [application.id]);
    expect((await client.refreshTokenGrant(config, refreshToken!)).access_token).toBeDefined();
  });
});
