import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Called, call } from './call.js';
import { hold } from './hold.js';
import { type RunningRedis, startRedis } from './redis-server.js';
import type { RunningGateway } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const route = (id: string, limits: string) =>
  `  - { id: ${id}, path: /${id}/*, stripPrefix: /${id}, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, limits: [${limits}] }\n`;
const ROUTES = `
routes:
${route('burst', '{ per: token, requests: 200, windowSeconds: 86400 }, { per: route, requests: 100000, windowSeconds: 60 }')}
${route('quota', '{ per: token, requests: 50, every: month }')}
${route('busy', '{ per: token, concurrent: 2 }')}
`;

describe('limits in a shared store', () => {
  let redis: RunningRedis;
  let stage: Stage;
  let gateways: [RunningGateway, RunningGateway];
  const token = () => stage.issuer.issue().token;
  /** A parallel burst, half of it at each gateway; no more at once than the store answers in time on a busy machine. */
  const burst = async (path: string, bearer: string, requests: number) => {
    const answers: Called[] = [];
    let asked = 0;
    const client = async () => {
      for (let i = asked++; i < requests; i = asked++)
        answers.push(await call(`${gateways[i % 2].url}/${path}`, bearer));
    };
    await Promise.all(Array.from({ length: 40 }, client));
    return answers;
  };

  beforeAll(async () => {
    redis = await startRedis();
    stage = await setStage({ routes: ROUTES, env: { REDIS_URL: redis.url, WORKERS: '1' } });
    gateways = [stage.gateway, await stage.another()];
    const warm = token();
    for (const { url } of gateways)
      await until(async () => (await call(`${url}/quota/x`, warm)).status === 200);
    await allHaveCounted();
    await allHaveCounted(); // who said so before the other came has counted again
  });

  /** Waits until each gateway has told the store once more that it is there, which is when it counts the others. */
  async function allHaveCounted(): Promise<void> {
    const since = Date.now();
    await eventually(async () => {
      const heardAt = await redis.scores('gatehouse:gateways');
      expect(heardAt).toHaveLength(2);
      expect(Math.min(...heardAt)).toBeGreaterThan(since);
    });
  }

  afterAll(async () => {
    await stage.stop();
    await redis.stop();
  });

  it('are exact under a parallel burst over two gateways, and refused requests cost nothing', async () => {
    const bearer = token();
    for (const { url } of gateways) await call(`${url}/quota/x`, bearer);
    const answers = await burst('burst/x', bearer, 400);
    expect(Math.abs(served(answers) - 200)).toBeLessThanOrEqual(2);
    expect(served(answers) + answers.filter(({ code }) => code === 'rate-limited').length).toBe(400);
    expect(served(await burst('quota/x', bearer, 100))).toBe(48);
  });

  it('count what is under way at either gateway, and give it back', async () => {
    const bearer = token();
    const leave = new AbortController();
    const hanging = gateways.map(({ url }) => hold(`${url}/busy/hang`, bearer, leave.signal));
    await eventually(async () =>
      expect(await call(`${gateways[0].url}/busy/x`, bearer)).toMatchObject({ code: 'too-many-at-once' }),
    );
    leave.abort();
    expect(await Promise.all(hanging)).toEqual(['left', 'left']);
    await eventually(async () => expect((await call(`${gateways[1].url}/busy/x`, bearer)).status).toBe(200));
  });

  it('are each gateway’s share while the store does not answer, and no request waits for it', async () => {
    const bearer = token();
    for (const { url } of gateways) await call(`${url}/busy/x`, bearer);
    redis.freeze();
    try {
      const first = await burst('burst/x', bearer, 2); // a store that is frozen never answers
      const answers = [...first, ...(await burst('burst/x', bearer, 398))];
      expect(served(answers)).toBeGreaterThanOrEqual(200 * 0.99);
      expect(served(answers)).toBeLessThanOrEqual(200 * 1.01);
    } finally {
      redis.thaw();
    }
    await eventually(() =>
      expect(gateways[0].logs()).toMatch(/shared store of limits is away[\s\S]*counted in the shared store/),
    );
  });

  it('do not depend on the store being there', async () => {
    await redis.kill();
    const bearer = token();
    const answers = await burst('quota/x', bearer, 100);
    expect(served(answers)).toBe(50);
    expect(answers.filter(({ code }) => code === 'quota-exhausted')).toHaveLength(50);
  });
});

const served = (answers: Called[]) => answers.filter(({ status }) => status === 200).length;
