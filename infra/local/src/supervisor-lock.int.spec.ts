import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { removedAfterwards } from '../test/temporary-state.js';
import { AlreadyRunning, lockStateDir } from './supervisor-lock.js';

const newState = removedAfterwards();

describe('a state directory', () => {
  it('is refused to a second supervisor, and given to the next one after the first', async () => {
    const state = await newState();
    const lock = await lockStateDir(state);
    await expect(lockStateDir(state)).rejects.toThrow(AlreadyRunning);
    await expect(lockStateDir(state)).rejects.toThrow(
      `already runs in ${state.root} (process ${process.pid})`,
    );
    await lock.release();
    await (await lockStateDir(state)).release();
  });

  it('is taken over from a supervisor that is gone, though its number is in use again', async () => {
    const state = await newState();
    await writeFile(state.lockFile, JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    const lock = await lockStateDir(state);
    expect(lock.tookOver).toBe(true);
    await lock.release();
  });
});
