import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { makeStateDir, stateDirAt } from '../src/state-dir.js';
import type { StateDir } from '../src/state-dir.js';

/** A state directory of one spec's own, removed after it. */
export async function temporaryState(): Promise<StateDir> {
  const state = stateDirAt(join(await mkdtemp(join(tmpdir(), 'gatehouse-local-')), '.gatehouse'));
  await makeStateDir(state);
  return state;
}

/** Has every directory removed when the spec is over. */
export function removedAfterwards(): () => Promise<StateDir> {
  const made: StateDir[] = [];
  afterAll(async () => {
    for (const { root } of made) await rm(join(root, '..'), { recursive: true, force: true });
  });
  return async () => {
    const state = await temporaryState();
    made.push(state);
    return state;
  };
}
