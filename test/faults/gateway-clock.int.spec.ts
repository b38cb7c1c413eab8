import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../../apps/gateway/test/call.js';
import { issuersPart, JwtSigner } from '../../apps/gateway/test/jwt-signer.js';
import { DEMO_ROUTES } from '../../apps/gateway/test/running-gateway.js';
import { type Stage, setStage } from '../../apps/gateway/test/stage.js';
import { until } from '../../apps/gateway/test/until.js';
import { FakeClock } from './fake-clock.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

describe('a gateway whose clock is set', () => {
  let clock: FakeClock;
  let stage: Stage;
  let signer: JwtSigner;
  let lasting: string;
  const codeOf = async (token: string) => (await call(`${stage.gateway.url}/demo/x`, token)).code;
  /** What the gateway's clock shows, as its own answers tell. */
  const clockOff = async () => {
    const { headers } = await call(`${stage.gateway.url}/demo/x`);
    return MINUTE * Math.round((Date.parse(headers.get('date')!) - Date.now()) / 1000 / MINUTE) + 0;
  };

  beforeAll(async () => {
    clock = await FakeClock.make();
    signer = await JwtSigner.make();
    stage = await setStage({ env: clock.environment });
    await writeFile(join(stage.gateway.dir, 'keys.json'), JSON.stringify({ keys: [signer.listed] }));
    await writeFile(stage.gateway.routesFile, issuersPart() + DEMO_ROUTES);
    lasting = await signer.accessToken({}, '1d');
    await until(async () => (await codeOf(lasting)) === '');
  });
  afterAll(async () => {
    await stage.stop();
    await clock.remove();
  });

  it.each([-HOUR, -5 * MINUTE, 5 * MINUTE, HOUR])(
    'by %d seconds lets nothing through that has expired',
    async (seconds) => {
      const soon = new Date(Date.now() + 1_500).toISOString();
      const tokens = [
        stage.issuer.issue({ expiresAt: soon }).token,
        await signer.accessToken({}, '2s'),
        await signer.accessToken({}, '2m ago'),
      ];
      for (const token of tokens) await codeOf(token); // some are remembered as good
      await clock.set(seconds);
      await eventually(async () => expect(await clockOff()).toBe(seconds));
      await eventually(async () =>
        expect(await Promise.all(tokens.map(codeOf))).toEqual(tokens.map(() => 'token-expired')),
      );
      expect(await codeOf(lasting)).toBe('');
      await clock.set(0);
      await eventually(async () => expect(await clockOff()).toBe(0));
      expect(await Promise.all(tokens.map(codeOf))).toEqual(tokens.map(() => 'token-expired'));
      expect(await codeOf(await signer.accessToken())).toBe('');
    },
  );
});
