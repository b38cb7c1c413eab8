import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseOpaqueToken } from '@gatehouse/kernel';
import { describe, expect, it } from '@jest/globals';
import { removedAfterwards } from '../test/temporary-state.js';
import { keepSecrets } from './secrets.js';

const newState = removedAfterwards();

describe('secrets', () => {
  it('are made once and kept, for their owner only', async () => {
    const { secrets: folder } = await newState();
    const first = await keepSecrets(folder);
    expect(await keepSecrets(folder)).toEqual(first);
    expect(parseOpaqueToken(first.adminToken)).toMatchObject({ prefix: 'gh', environment: 'live' });
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('let the administrator do everything but look tokens up', async () => {
    const { secrets: folder } = await newState();
    const { files, adminToken } = await keepSecrets(folder);
    const tokens: { name: string; token: string; scopes: string[] }[] = JSON.parse(
      await readFile(files.bootstrapTokens, 'utf8'),
    );
    expect(tokens.map(({ name }) => name)).toEqual(['admin', 'gateway', 'audit', 'analytics']);
    expect(tokens[0]).toMatchObject({
      token: adminToken,
      scopes: expect.not.arrayContaining(['tokens:lookup']),
    });
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(tokens.length);
  });
});
