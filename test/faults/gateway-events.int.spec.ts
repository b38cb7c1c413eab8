import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from '../../apps/gateway/test/call.js';
import { type Stage, setStage } from '../../apps/gateway/test/stage.js';
import { until } from '../../apps/gateway/test/until.js';

const ROUTES = `
routes:
  - { id: demo, path: /demo/*, upstream: '\${UPSTREAM_URL}', staleSeconds: 2, scopes: { '*': [] } }
`;

describe('a gateway whose events are in trouble', () => {
  let stage: Stage;
  const ask = (token: string) => call(`${stage.gateway.url}/demo/x`, token);
  const warm = async (): Promise<string> => {
    const { token } = stage.issuer.issue();
    await until(async () => (await ask(token)).status === 200);
    return token;
  };
  const expectRefused = (token: string) =>
    eventually(async () => expect((await ask(token)).code).toBe('token-revoked'));
  /** Nobody has to be asked: the view is complete and goes on. */
  const expectFollowing = (token: string) =>
    eventually(
      async () => {
        const { lookups } = stage.issuer;
        for (let i = 0; i < 5; i++) expect((await ask(token)).status).toBe(200);
        expect(stage.issuer.lookups).toBe(lookups);
      },
      { everyMs: 300 },
    );

  beforeEach(async () => {
    stage = await setStage({ routes: ROUTES });
  });
  afterEach(() => stage.stop());

  it('misses no revocation when the broker comes back without anything it had', async () => {
    const [good, during, after] = [await warm(), await warm(), await warm()];
    await stage.server.kill();
    for (const entry of await readdir(stage.server.storeDir, { withFileTypes: true }))
      if (entry.isDirectory()) await rm(join(stage.server.storeDir, entry.name), { recursive: true });
    stage.issuer.revoke(during);
    await stage.server.restart();
    await expectRefused(during);
    stage.issuer.revoke(after);
    await expectRefused(after);
    await expectFollowing(good);
  });

  it.each([
    ['no JSON', 'not an event'],
    ['no event', '{"specversion":"1.0","type":"token.revoked.v1"}'],
  ])('misses no revocation when somebody publishes what is %s', async (_, poison) => {
    const [good, bad] = [await warm(), await warm()];
    for (let i = 0; i < 50; i++) stage.nats.publish('tokens.revoked.default', poison);
    stage.issuer.revoke(bad);
    await expectRefused(bad);
    await expectFollowing(good);
  });

  it('asks about each token when the feed itself holds what is no event, and skips nothing', async () => {
    const [good, bad] = [await warm(), await warm()];
    stage.issuer.poison();
    stage.issuer.revoke(bad);
    await expectRefused(bad);
    await eventually(() => expect(stage.gateway.logs()).toContain('cannot follow the feed'));
    const { lookups } = stage.issuer;
    await eventually(async () => {
      expect((await ask(good)).status).toBe(200);
      expect(stage.issuer.lookups).toBeGreaterThan(lookups);
    });
    expect((await ask(bad)).code).toBe('token-revoked');
  });
});
