import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { choosePorts } from './ports.js';

describe('ports', () => {
  it('are others where the defaults are taken, all different', async () => {
    const server = createServer().listen(8082, '127.0.0.1');
    await once(server, 'listening').catch(() => {}); // taken either way
    const { gateways, ...named } = await choosePorts(3);
    server.close();
    const all = [...Object.values(named), ...gateways.flatMap(({ proxy, admin }) => [proxy, admin])];
    expect(named.issuer).not.toBe(8082);
    expect(gateways).toHaveLength(3);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are none of the defaults where those are left to others', async () => {
    const { gateways, ...named } = await choosePorts(1, true);
    const all = [...Object.values(named), ...gateways.flatMap(({ proxy, admin }) => [proxy, admin])];
    const defaults = [5432, 4222, 8080, 8081, 8082, 8083, 8084, 8085];
    expect(all.filter((port) => defaults.includes(port))).toEqual([]);
  });
});
