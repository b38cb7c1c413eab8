import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSinks } from './sinks.config.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-sinks-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function load(content: unknown, environment: NodeJS.ProcessEnv = {}) {
  const path = join(folder, 'sinks.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return loadSinks(path, environment);
}

const webhook = (change: object = {}) => ({
  sinks: [
    { kind: 'webhook', name: 'siem', url: 'https://siem.example/', secrets: [{ env: 'HOOK' }], ...change },
  ],
});

describe('the sinks file', () => {
  it('is not needed', async () => {
    expect(await loadSinks(undefined, {})).toEqual([]);
  });

  it('names secrets, which are found in the environment and in files', async () => {
    await writeFile(join(folder, 'secret'), `${SECRET}\n`);
    const secrets = [{ file: join(folder, 'secret') }, { env: 'HOOK' }];
    const [sink] = await load(webhook({ secrets }), { HOOK: SECRET });
    expect(sink.keys).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 7)]);
    expect(sink.spec).toMatchObject({ tries: 5, start: 'beginning', format: 'entry' });
  });

  it.each([
    ['that is no JSON', '{', 'is not JSON'],
    ['with a secret in it', webhook({ secrets: [SECRET] }), 'secrets.0'],
    [
      'whose secret is not there',
      webhook({ secrets: [{ env: 'ABSENT' }] }),
      'sink siem: secrets.0: expected whsec_',
    ],
    [
      'whose secret’s file is not there',
      webhook({ secrets: [{ file: '/absent' }] }),
      '/absent cannot be read',
    ],
    ['with http', webhook({ url: 'http://siem.example/' }), 'url: expected https'],
    ['that leads inside', webhook({ url: 'https://169.254.169.254/' }), 'is a private address'],
    ['with an unknown field', webhook({ colour: 'red' }), 'colour'],
    ['with two of a name', { sinks: [...webhook().sinks, ...webhook().sinks] }, 'two sinks have one name'],
  ])('is refused %s', async (_, content, reason) => {
    const loading = load(content, { HOOK: SECRET });
    await expect(loading).rejects.toThrow(reason);
    await expect(loading).rejects.not.toThrow(SECRET);
  });
});
