import { eventually } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const ROUTES = `
routes:
  - { id: demo, path: /demo/*, upstream: '\${UPSTREAM_URL}', staleSeconds: 2, scopes: { '*': [demo:read] } }
  - { id: lax, path: /lax/*, upstream: '\${UPSTREAM_URL}', staleSeconds: 3600, scopes: { '*': [demo:read] } }
`;

describe('a gateway whose view of the tokens is stale', () => {
  let stage: Stage;
  let token: string;
  const demo = () => call(`${stage.gateway.url}/demo/x`, token);

  beforeEach(async () => {
    stage = await setStage({ routes: ROUTES });
    ({ token } = stage.issuer.issue());
    await until(async () => {
      if ((await demo()).status !== 200) return false;
      const { lookups } = stage.issuer;
      return (await demo()).status === 200 && stage.issuer.lookups === lookups; // the view is complete: nobody is asked
    });
  });
  afterEach(() => stage.stop());

  it('confirms a warm token with the issuer, at most once a second, and lets it through', async () => {
    await stage.server.kill();
    stage.issuer.silent = true; // the feed withholds events, too
    const before = stage.issuer.lookups;
    await eventually(async () => {
      expect((await demo()).status).toBe(200);
      expect(stage.issuer.lookups).toBeGreaterThan(before);
    });
    const during = stage.issuer.lookups;
    const since = performance.now();
    const all = await Promise.all(Array.from({ length: 50 }, () => demo()));
    expect(all.every(({ status }) => status === 200)).toBe(true);
    const seconds = Math.ceil((performance.now() - since) / 1_000);
    expect(stage.issuer.lookups - during).toBeLessThanOrEqual(seconds);
  });

  it('hears of a revocation by asking, although no event can reach it', async () => {
    await stage.server.kill();
    stage.issuer.silent = true;
    stage.issuer.revoke(token);
    await eventually(async () => expect((await demo()).code).toBe('token-revoked'));
  });

  it('answers 503 when the issuer cannot be asked either, never 200', async () => {
    await stage.server.kill();
    stage.issuer.down = true;
    await eventually(async () => expect((await demo()).status).toBe(503));
    const all = await Promise.all(Array.from({ length: 20 }, () => demo()));
    expect(new Set(all.map(({ code }) => code))).toEqual(new Set(['view-stale']));
    // A route with a longer patience still trusts what it knew.
    expect((await call(`${stage.gateway.url}/lax/x`, token)).status).toBe(200);
    stage.issuer.down = false;
    await stage.server.restart();
    await eventually(async () => expect((await demo()).status).toBe(200));
  });

  it('answers 503 for a token it has never seen while the issuer is away', async () => {
    stage.issuer.down = true;
    const cold = await call(`${stage.gateway.url}/lax/x`, stage.issuer.issue().token);
    expect(cold).toMatchObject({ status: 503, code: 'issuer-unavailable' });
  });

  it('starts, refuses and recovers with NATS and the issuer away', async () => {
    await stage.server.kill();
    stage.issuer.down = true;
    await stage.gateway.kill();
    await stage.gateway.restart();
    expect((await demo()).status).toBe(503);
    stage.issuer.down = false;
    await eventually(async () => expect((await demo()).status).toBe(200)); // confirmed, one by one
    await stage.server.restart();
    await eventually(
      async () => {
        expect((await demo()).status).toBe(200);
        const lookups = stage.issuer.lookups;
        for (let i = 0; i < 3; i++) expect((await demo()).status).toBe(200);
        expect(stage.issuer.lookups).toBe(lookups);
      },
      { everyMs: 500 },
    );
  });
});
