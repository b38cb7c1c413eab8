import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningRedis, startRedis } from '../../test/redis-server.js';
import { Limit, limitFacts } from './limit.js';
import { SharedLimits } from './shared-limits.js';

const logger = { info() {}, warn() {} };

describe('what is under way, in a shared store', () => {
  let redis: RunningRedis;
  const opened: SharedLimits[] = [];
  const open = async (leaseMs?: number) => {
    const limits = new SharedLimits(redis.url, logger, 1, leaseMs);
    opened.push(limits);
    await limits.start();
    return limits;
  };
  const one = new Limit('{acme} one', limitFacts({ per: 'token', concurrent: 1 }));
  const take = async (limits: SharedLimits, key: string) =>
    limits.take({ limits: [one], keys: [key], cost: 1, maxWaitMs: 0 });

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop(); // first: to a server that is there, a connection takes its time to end
    for (const limits of opened) limits.stop();
  });

  it('is renewed for as long as it lasts, and given back with its end', async () => {
    const [here, there] = [await open(), await open()];
    const { release } = await take(here, 'long');
    const [ends = 0] = await redis.scores('gatehouse:limit:{acme} one long');
    await eventually(async () => {
      const [later = 0] = await redis.scores('gatehouse:limit:{acme} one long');
      expect(later).toBeGreaterThan(ends);
    });
    expect((await take(there, 'long')).refusedBy).toBe(one);
    release?.();
    await eventually(async () => expect((await take(there, 'long')).refusedBy).toBeUndefined());
  });

  it('ends soon after the gateway that had it', async () => {
    const [killed, other] = [await open(1_000), await open()];
    await take(killed, 'short');
    killed.stop();
    await eventually(async () => expect((await take(other, 'short')).refusedBy).toBeUndefined());
  });
});
