import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { choosePorts } from './ports.js';

describe('ports', () => {
  it('are others where the defaults are taken, all different', async () => {
    const server = createServer().listen(8082, '127.0.0.1');
    await Promise.race([once(server, 'listening'), once(server, 'error')]); // taken either way
    const { gateways, ...named } = await choosePorts(3);
    server.close();
    const all = [...Object.values(named), ...gateways.flatMap(({ proxy, admin }) => [proxy, admin])];
    expect(named.issuer).not.toBe(8082);
    expect(gateways).toHaveLength(3);
    expect(new Set(all).size).toBe(all.length);
  });
});
