import { availableParallelism } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { gatewayConfig } from './gateway.config.js';
import { workerEnvironment } from './workers/worker-environment.js';

const ENVIRONMENT = {
  PORT: '8080',
  ADMIN_PORT: '8081',
  NATS_URL: 'nats://127.0.0.1:4222',
  ISSUER_URL: 'http://127.0.0.1:8082',
  SERVICE_TOKEN: 'gh_test_x',
  GATEWAY_CONFIG: 'gateway.yaml',
  SPOOL_DIR: 'spool',
};
const REDIS_URL = 'redis://127.0.0.1:6379';
const configOf = (more: NodeJS.ProcessEnv) => gatewayConfig({ ...ENVIRONMENT, ...more });

describe('the gateway’s configuration', () => {
  it('is one process where each would count limits alone', () => {
    expect(configOf({}).WORKERS).toBe(1);
    expect(configOf({ REDIS_URL: '' }).WORKERS).toBe(1);
  });

  it('is one process for each core where they count limits together', () => {
    expect(configOf({ REDIS_URL }).WORKERS).toBe(availableParallelism());
  });

  it.each([{ REDIS_URL }, {}])('is as many processes as it says, given %j', (around) => {
    for (const [said, count] of [
      ['1', 1],
      ['3', 3],
      ['auto', availableParallelism()],
    ] as const)
      expect(configOf({ ...around, WORKERS: said }).WORKERS).toBe(count);
    for (const wrong of ['0', '129', 'all'])
      expect(() => configOf({ ...around, WORKERS: wrong })).toThrow(/^ {2}WORKERS: /m);
  });

  it('says the same to workers as to the process that starts them', () => {
    const config = configOf({ WORKERS: '3', GATEWAY_ID: 'edge' });
    const told = workerEnvironment(2, config);
    expect(told).toMatchObject({ WORKERS: '3', GATEWAY_ID: 'edge-2', SPOOL_DIR: 'spool/worker-2' });
    expect(configOf({ REDIS_URL, ...told }).WORKERS).toBe(3);
  });

  it('lets gateway.yaml see variables of upstreams, and no secret', () => {
    const secrets = { ...ENVIRONMENT, UPSTREAM_KEY: 'of a vault' };
    const { upstreamVariables } = gatewayConfig(secrets, { ...ENVIRONMENT, UPSTREAM_URL: 'http://a' });
    expect([...upstreamVariables]).toEqual([['UPSTREAM_URL', 'http://a']]);
  });
});
