import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { launcherConfig } from './config.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { spawnService } from './spawn-service.js';

const SERVICE = `
import { createServer } from 'node:http';
if (!process.env.WORD) { console.error('WORD: expected a word'); process.exit(78); }
createServer((_, response) => response.end(process.env.WORD)).listen(process.env.PORT, '127.0.0.1');
console.log('listening as ' + process.pid);
`;

async function entry(): Promise<string> {
  const folder = await mkdtemp(join(launcherConfig().runDir ?? tmpdir(), 'service-'));
  await writeFile(join(folder, 'main.mjs'), SERVICE);
  return join(folder, 'main.mjs');
}

describe('spawnService', () => {
  it('starts it again after a kill, with both lives in its log', async () => {
    const service = await spawnService({
      entry: await entry(),
      env: { PORT: `${await freePort()}`, WORD: 'hello' },
    });
    const first = service.pid;
    expect(await service.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await expect(fetch(service.url)).rejects.toThrow('fetch failed');
    await service.restart();
    expect(await (await fetch(service.url)).text()).toBe('hello');
    await eventually(() =>
      expect(service.logs()).toBe(`listening as ${first}\nlistening as ${service.pid}\n`),
    );
    await service.stop();
  });

  it('says with the end of the log why a service did not become ready', async () => {
    const broken = spawnService({ entry: await entry(), env: { PORT: `${await freePort()}` } });
    await expect(broken).rejects.toThrow(/code 78 before it was ready:\nWORD: expected a word/);
  });
});
