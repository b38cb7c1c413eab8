import { events } from '@gatehouse/contracts';
import { eventually, json, serve, type TestServer } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../../apps/gateway/test/call.js';
import { JWT_AUDIENCE, JWT_ISSUER, JwtSigner } from '../../apps/gateway/test/jwt-signer.js';
import { DEMO_ROUTES } from '../../apps/gateway/test/running-gateway.js';
import { type Stage, setStage } from '../../apps/gateway/test/stage.js';
import { until } from '../../apps/gateway/test/until.js';

const ROTATIONS = 10;
const CLIENTS = 4;

describe('a gateway while its issuer’s signing key is rotated', () => {
  let stage: Stage;
  let keys: TestServer;
  let listed: JwtSigner[];
  let fetches = 0;

  beforeAll(async () => {
    listed = [await JwtSigner.make()];
    keys = await serve((_, response) => {
      fetches++;
      json(response, 200, { keys: listed.map((signer) => signer.listed) });
    });
    const issuers = `issuers: [{ issuer: '${JWT_ISSUER}', audience: '${JWT_AUDIENCE}', jwksUri: '${keys.url}' }]\n`;
    stage = await setStage({ routes: issuers + DEMO_ROUTES });
  });
  afterAll(async () => {
    await stage.stop();
    await keys.stop();
  });

  const statusOf = async (signer: JwtSigner) =>
    (await call(`${stage.gateway.url}/demo/x`, await signer.accessToken())).status;

  it(`refuses no good token, ${ROTATIONS} times over, and every token of a key that has ended`, async () => {
    let active = listed[0];
    await until(async () => (await statusOf(active)) === 200);
    const load = { on: true };
    const statuses: number[] = [];
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (load.on) statuses.push(await statusOf(active));
    });
    for (let rotation = 0; rotation < ROTATIONS; rotation++) {
      const next = await JwtSigner.make();
      const before = fetches;
      listed.push(next);
      stage.issuer.changeKey(next.thumbprint, events.SigningKeyPublished.type);
      await eventually(() => expect(fetches).toBeGreaterThan(before)); // it is published before it signs
      active = next;
      const goal = statuses.length + 20;
      await eventually(() => expect(statuses.length).toBeGreaterThan(goal));
    }
    load.on = false;
    await Promise.all(clients);
    expect(new Set(statuses)).toEqual(new Set([200]));

    const ended = listed.shift()!;
    stage.issuer.changeKey(ended.thumbprint, events.SigningKeyRetired.type);
    await eventually(async () => expect(await statusOf(ended)).toBe(401));
    expect(await statusOf(active)).toBe(200);
  });
});
