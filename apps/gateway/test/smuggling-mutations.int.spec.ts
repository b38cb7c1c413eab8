import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { LenientUpstream } from './lenient-upstream.js';
import { forEachOf, sayAndLeave } from './say-and-leave.js';
import { mutations } from './smuggling-mutations.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const MUTATIONS = 600;
const AT_ONCE = 12;
const ROUTES = `
routes:
  - { id: demo, path: /demo/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [demo:write] } }
`;

describe('six hundred mutations of framing, line ends, targets and Host', () => {
  let upstream: LenientUpstream;
  let stage: Stage;
  let attacker: { token: string; id: string };
  let victim: { token: string; id: string };

  beforeAll(async () => {
    upstream = await LenientUpstream.start();
    stage = await setStage({ routes: ROUTES, env: { UPSTREAM_URL: upstream.url } });
    attacker = stage.issuer.issue({ scopes: ['demo:write'] });
    victim = stage.issuer.issue({ scopes: ['demo:write'] });
    for (const { token } of [attacker, victim])
      await until(async () => (await call(`${stage.gateway.url}/demo/warm`, token)).status === 200);
    upstream.understood.length = 0;
  });
  afterAll(async () => {
    await stage.stop();
    await upstream.stop();
  });

  it('hold requests that a lenient server takes for real: without a gateway they arrive', async () => {
    const all = mutations(MUTATIONS, 1, 'none');
    await forEachOf(all, AT_ONCE, async ({ bytes }) => void (await sayAndLeave(upstream.port, bytes)));
    const arrived = upstream.understood.splice(0).filter(({ url }) => url.includes('hidden'));
    expect(arrived.length).toBeGreaterThan(30);
  });

  it('bring no request to the upstream that no authorised client sent, and nobody another’s answer', async () => {
    const tally = { served: 0, refused: 0, dropped: 0 };
    const mixedUp: string[] = [];
    await forEachOf(mutations(MUTATIONS, 1, `Bearer ${attacker.token}`), AT_ONCE, async ({ id, bytes }) => {
      const answer = await sayAndLeave(stage.gateway.port, bytes);
      const [first] = answer.match(/^HTTP\/1\.1 \d{3}/m) ?? [];
      if (first === undefined) tally.dropped++;
      else if (first.endsWith('200')) tally.served++;
      else tally.refused++;
      // Over the same upstream connections, another client asks for his own.
      const own = await call(`${stage.gateway.url}/demo/victim-${id}`, victim.token);
      if (own.status !== 200 || own.body !== `/demo/victim-${id}`) mixedUp.push(`${id}: ${own.body}`);
    });
    expect(mixedUp).toEqual([]);
    expect(upstream.understood.filter(({ url }) => url.includes('hidden'))).toEqual([]);
    const authorised = new Set([attacker.id, victim.id]);
    const host = new URL(upstream.url).host;
    for (const { url, headers } of upstream.understood) {
      const of = (name: string) => headers.filter(([n]) => n === name).map(([, value]) => value);
      expect({ url, host: of('host'), authorization: of('authorization') }).toEqual({
        url,
        host: [host],
        authorization: [],
      });
      expect(authorised).toContain(of('x-gatehouse-token-id').join());
      expect(of('content-length').length + of('transfer-encoding').length).toBeLessThanOrEqual(1);
      expect(url).toMatch(/^\/demo\//);
    }
    const attacks = upstream.understood.filter(({ url }) => !url.includes('victim'));
    expect(attacks.length).toBeLessThanOrEqual(MUTATIONS);
    // Neither all of them nor none: mutations that are harmless go through.
    expect(tally.served).toBeGreaterThan(20);
    expect(tally.refused).toBeGreaterThan(300);
    console.info(
      `${MUTATIONS} mutations: ${JSON.stringify(tally)}, ${attacks.length} requests at the upstream`,
    );
  });
});
