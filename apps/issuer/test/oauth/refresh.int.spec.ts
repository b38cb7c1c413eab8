import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { configurationOf, signIn } from './signed-in.js';
import { type Stage, setStage } from './stage.js';

const bodyOf = async (answer: Response) => (await answer.json()) as Record<string, string>;

describe('refresh tokens', () => {
  let stage: Stage;
  let config: client.Configuration;
  let application: Awaited<ReturnType<Stage['registerWeb']>>;

  beforeAll(async () => {
    stage = await setStage();
    application = await stage.registerWeb();
    config = await configurationOf(stage, application);
  });
  afterAll(() => stage.stop());

  const refreshTokenOf = async () => (await signIn(stage, config)).refresh_token!;
  const refresh = (token: string) =>
    fetch(config.serverMetadata().token_endpoint!, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: application.id,
        client_secret: application.clientSecret!,
        refresh_token: token,
      }),
    });
  /** Comes again when told to. */
  const patient = (token: string) =>
    eventually(async () => {
      const answer = await refresh(token);
      if (answer.status === 503) throw new Error('told to come again');
      return answer;
    });
  const claimed = (at: string) =>
    stage.dataSource.query(
      `update oauth_artifact set consumed_at = ${at} where model = 'RefreshToken' and settled_at is null`,
    );
  const revokedIds = async () => (await stage.events('token.revoked.v1')).map(({ stream_id }) => stream_id);
  const issued = async () => (await stage.events('access-token.issued.v1')).length;
  /** As if the grace had passed: the database's clock is not waited for. */
  const endGrace = () =>
    stage.dataSource.query(
      `update oauth_artifact set settled_at = settled_at - interval '1 minute', consumed_at = consumed_at - interval '1 minute'`,
    );

  it('rotate: each is replaced by the next', async () => {
    const first = await refreshTokenOf();
    const second = await client.refreshTokenGrant(config, first);
    expect(second.refresh_token).not.toBe(first);
    const third = await client.refreshTokenGrant(config, second.refresh_token!);
    expect(decodeJwt(third.access_token).sub).toBe(stage.user.id);
  });

  it('can ask for less, never for more', async () => {
    const first = await refreshTokenOf();
    const less = await client.refreshTokenGrant(config, first, { scope: 'demo:read' });
    expect(less.scope).toBe('demo:read');
    await expect(
      client.refreshTokenGrant(config, less.refresh_token!, { scope: 'demo:read email' }),
    ).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  it('give the same answer to a retry that missed it, until the next one is used', async () => {
    const first = await refreshTokenOf();
    const answer = await bodyOf(await refresh(first));
    expect(await bodyOf(await refresh(first))).toEqual(answer);
    await refresh(answer.refresh_token);
    expect((await refresh(first)).status).toBe(400);
  });

  it('revoke the whole family when one is used again after the grace', async () => {
    const first = await refreshTokenOf();
    const second = await bodyOf(await refresh(first));
    const third = await bodyOf(await refresh(second.refresh_token));
    await endGrace();
    expect(await bodyOf(await refresh(first))).toMatchObject({ error: 'invalid_grant' });
    expect(await bodyOf(await refresh(third.refresh_token))).toMatchObject({ error: 'invalid_grant' });
    expect(await revokedIds()).toEqual(
      expect.arrayContaining([second, third].map((answer) => decodeJwt(answer.access_token).jti)),
    );
  });

  it('mint one successor for 100 redemptions at the same moment', async () => {
    const first = await refreshTokenOf();
    const before = await issued();
    const answers = await Promise.all(Array.from({ length: 100 }, () => patient(first)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const bodies = await Promise.all(answers.map(bodyOf));
    expect(new Set(bodies.map((body) => body.refresh_token)).size).toBe(1);
    expect(new Set(bodies.map((body) => body.access_token)).size).toBe(1);
    expect(await issued()).toBe(before + 1);
  });

  it('can be redeemed again when the redemption before died without an answer', async () => {
    const first = await refreshTokenOf();
    await bodyOf(await refresh(first));
    await stage.dataSource.query(
      `update oauth_artifact set settled_at = null, consumed_at = now() - interval '6 seconds' where consumed_at is not null`,
    );
    expect((await refresh(first)).status).toBe(200);
  });

  it('are told to come again, and live on, while a redemption takes its time', async () => {
    const first = await refreshTokenOf();
    await claimed(`now() + interval '1 hour'`);
    const waited = await refresh(first);
    expect([waited.status, await waited.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }]);
    await claimed('null');
    expect((await refresh(first)).status).toBe(200);
  });

  it('give no answer to a redemption that was given up and done by another meanwhile', async () => {
    const first = await refreshTokenOf();
    const holder = stage.dataSource.createQueryRunner();
    await holder.query('select pg_advisory_lock(4711)');
    await stage.dataSource.query(`
      create function slow_down() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(4711); return new; end $$`);
    await stage.dataSource.query(
      'create trigger slow_down before insert on access_token for each row execute function slow_down()',
    );
    const slow = refresh(first);
    await eventually(async () => {
      const [rows] = await stage.dataSource.query(
        `update oauth_artifact set consumed_at = now() - interval '6 seconds'
         where model = 'RefreshToken' and consumed_at > now() - interval '3 seconds' and settled_at is null
         returning id`,
      );
      if (rows.length === 0) throw new Error('not claimed yet');
    });
    await holder.query('select pg_advisory_unlock(4711)');
    await holder.release();
    await stage.dataSource.query('drop trigger slow_down on access_token');
    const [given, taken] = await Promise.all([slow, refresh(first)]);
    expect([given.status, taken.status]).toEqual([503, 200]);
  });

  it('are not in the database, nor is anything else that lets anybody in', async () => {
    const tokens = await signIn(stage, config);
    const [{ dump }] = await stage.dataSource.query(
      `select string_agg(a::text || encode(a.payload, 'escape') || coalesce(encode(a.answer, 'escape'), ''), ' ') as dump
       from oauth_artifact a`,
    );
    const events = JSON.stringify(await stage.dataSource.query('select * from events'));
    for (const secret of [tokens.refresh_token!, tokens.access_token, application.clientSecret!]) {
      expect(dump).not.toContain(secret);
      expect(events).not.toContain(secret);
    }
  });

  it('of another application are refused and live on', async () => {
    const first = await refreshTokenOf();
    const other = await configurationOf(stage, await stage.registerWeb());
    await expect(client.refreshTokenGrant(other, first)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(first)).status).toBe(200);
  });
});
