import { GatewayAdminApi } from '@gatehouse/client';
import type { RecordedRequest, RequestRecord } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Backtest } from '../src/backtest/backtest.js';
import { withRules } from '../src/backtest/new-rules.js';
import { triedFile } from '../src/backtest/tried-rules.js';
import { call } from './call.js';
import { Ingestion } from './ingestion.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';

/** What comes back within the test is less than one request. */
const NEW_RULES = {
  limits: [{ per: 'token' as const, requests: 5, windowSeconds: 86_400 }],
  scopes: { POST: ['demo:read', 'demo:admin'] },
};

let stage: Stage;
let ingestion: Ingestion;
let admin: GatewayAdminApi;

beforeAll(async () => {
  stage = await setStage();
  ingestion = new Ingestion(stage.nats);
  admin = new GatewayAdminApi({ url: stage.gateway.adminUrl, token: ADMIN_TOKEN });
});
afterAll(async () => {
  await admin.close();
  await ingestion.stop();
  await stage.stop();
});

const recordedRequest = ({ latencyMs, at, ...record }: RequestRecord): RecordedRequest => {
  const arrivedAt = new Date(Date.parse(at) - Math.round(latencyMs)).toISOString();
  return { ...record, at, latencyMs, arrivedAt };
};

describe('a backtest', () => {
  it('says of recorded requests what the gateway says of the same ones once the rules are in force', async () => {
    const scopes = ['demo:read', 'demo:write'];
    const tokens = [
      stage.issuer.issue({ scopes }),
      stage.issuer.issue({ scopes: [...scopes, 'demo:admin'] }),
    ];
    const send = async () => {
      const before = ingestion.records.length;
      for (let i = 0; i < 20; i++)
        for (const { token } of tokens)
          await call(`${stage.gateway.url}/demo/x`, token, { method: i % 4 === 0 ? 'POST' : 'GET' });
      await eventually(() => expect(ingestion.records).toHaveLength(before + 40));
      return ingestion.records.slice(before);
    };
    const recorded = await send();
    expect(recorded.every(({ outcome }) => outcome === 'served')).toBe(true);

    const variables = new Map([['UPSTREAM_URL', stage.upstream.url]]);
    const text = withRules(DEMO_ROUTES, NEW_RULES);
    const backtest = new Backtest(triedFile(text, '', undefined, variables));
    for (const [i, { id }] of tokens.entries())
      backtest.take(
        JSON.stringify({
          token: { id, tenant: 'default', scopes: i === 0 ? scopes : [...scopes, 'demo:admin'], ipAllow: [] },
        }),
      );
    for (const record of recorded) backtest.take(JSON.stringify({ request: recordedRequest(record) }));
    const { byRule, wouldRefuse } = backtest.report(5);

    const { version } = await admin.config();
    await admin.applyConfig({ text, baseVersion: version });
    const refused = (await send()).filter(({ outcome }) => outcome === 'refused');
    const codes = refused.map(({ code }) => code);
    expect(wouldRefuse).toBe(refused.length);
    for (const { code, requests } of byRule)
      expect(codes.filter((one) => one === code)).toHaveLength(requests);
    expect(new Set(codes)).toEqual(new Set(['scope-insufficient', 'rate-limited']));
  });
});
