import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runProgram } from '../run-program.js';
import { natsServerBinary } from './nats-binary.js';
import { downloadNatsServer } from './nats-download.js';

describe('nats-server', () => {
  const before = { ...process.env };
  let cache: string;

  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'gatehouse-cache-'));
  });
  afterAll(async () => {
    process.env = before;
    await rm(cache, { recursive: true, force: true });
  });

  it('is refused by the name of its variable when NATS_SERVER_BIN points to nothing', async () => {
    process.env['NATS_SERVER_BIN'] = '/nowhere/nats-server';
    await expect(natsServerBinary()).rejects.toThrow('NATS_SERVER_BIN names /nowhere/nats-server');
  });

  it('is fetched without root, whole, when two ask at the same time', async () => {
    const target = join(cache, 'bin', 'nats-server');
    await Promise.all([downloadNatsServer(target), downloadNatsServer(target)]);
    expect(await runProgram(target, ['--version'])).toMatch(/^nats-server: v2\.\d+/);
    expect(await readdir(join(cache, 'bin'))).toEqual(['nats-server']);
  }, 240_000);
});
