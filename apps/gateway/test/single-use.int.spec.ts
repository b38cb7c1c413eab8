import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SINGLE_USE_CLAIM } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { call } from './call.js';
import { ENDED } from './issuer-stand-in.js';
import { issuersPart, JwtSigner } from './jwt-signer.js';
import { DEMO_ROUTES, type RunningGateway } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

describe('a single-use token', () => {
  let stage: Stage;
  let gateways: RunningGateway[];
  let signer: JwtSigner;

  const singleUse = (claims: Record<string, unknown> = {}) =>
    signer.accessToken({ [SINGLE_USE_CLAIM]: true, ...claims });
  const show = async (token: string, gateway = gateways[0]) => {
    const { status, code } = await call(`${gateway.url}/demo/x`, token);
    return code || status;
  };

  beforeAll(async () => {
    signer = await JwtSigner.make();
    stage = await setStage();
    gateways = [stage.gateway, await stage.another()];
    const ordinary = await signer.accessToken();
    for (const gateway of gateways) {
      await writeFile(join(gateway.dir, 'keys.json'), JSON.stringify({ keys: [signer.listed] }));
      await writeFile(gateway.routesFile, issuersPart() + DEMO_ROUTES);
      await until(async () => (await show(ordinary, gateway)) === 200);
    }
  });
  afterAll(() => stage.stop());

  it('lets one of fifty requests through, wherever they arrive', async () => {
    const token = await singleUse();
    const served = stage.upstream.received;
    const shown = await Promise.all(Array.from({ length: 50 }, (_, i) => show(token, gateways[i % 2])));
    expect(shown.filter((answer) => answer === 200)).toHaveLength(1);
    expect(shown.filter((answer) => answer === 'token-consumed')).toHaveLength(49);
    expect(stage.upstream.received - served).toBe(1);
  });

  it('costs the issuer nothing when it is repeated', async () => {
    const token = await singleUse();
    expect(await show(token)).toBe(200);
    const asked = stage.issuer.consumptions;
    expect(await show(token)).toBe('token-consumed');
    expect(stage.issuer.consumptions).toBe(asked);
  });

  it('is not used up by a request that is refused for another reason', async () => {
    const token = await singleUse();
    const written = await call(`${gateways[0].url}/demo/x`, token, { method: 'POST' });
    expect([written.status, written.code]).toEqual([403, 'scope-insufficient']);
    expect(await show(token)).toBe(200);
  });

  it('lets nothing through while the issuer cannot be asked, and works when it is back', async () => {
    const token = await singleUse();
    stage.issuer.down = true;
    expect(await show(token)).toBe('issuer-unavailable');
    stage.issuer.down = false;
    expect(await show(token)).toBe(200);
  });

  it('lets nothing through once the issuer says that it has ended', async () => {
    const token = await singleUse();
    stage.issuer.uses.set(decodeJwt(token).jti!, ENDED);
    expect(await show(token)).toBe('token-revoked');
  });
});
