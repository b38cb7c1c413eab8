import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { launcherConfig } from './config.js';
import { freePort, isPortFree } from './free-port.js';

describe('a free port', () => {
  it('is given once, and is none that the system hands out by itself', async () => {
    const ports = await Promise.all(Array.from({ length: 200 }, () => freePort()));
    expect(new Set(ports).size).toBe(200);
    for (const port of ports) expect(port).toBeLessThan(32_768);
  });

  it('is kept from the other workers of the run', async () => {
    const ports = join(launcherConfig().runDir ?? '', 'ports');
    await mkdir(ports, { recursive: true });
    const port = await freePort();
    await expect(writeFile(join(ports, `${port}`), '', { flag: 'wx' })).rejects.toThrow('EEXIST');
  });

  it('is one that nobody listens on', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await isPortFree(port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await isPortFree(port)).toBe(true);
  });
});
