import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { removedAfterwards } from '../test/temporary-state.js';
import { reset, resetTargets } from './reset.js';
import { keepSecrets } from './secrets.js';

const newState = removedAfterwards();

describe('a reset', () => {
  it('removes secrets and data, and leaves what somebody else put there', async () => {
    const state = await newState();
    await keepSecrets(state.secrets);
    await writeFile(join(state.root, 'notes.txt'), 'mine');
    await reset(await resetTargets(state));
    expect(await readdir(state.root)).toEqual(['notes.txt']);
  });
});
