import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { removedAfterwards } from '../test/temporary-state.js';
import { stopLeftOvers } from './left-overs.js';
import { markOf, stillRuns } from './process-mark.js';

const newState = removedAfterwards();

async function steadyProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  return child.pid!;
}

describe('what a killed supervisor left', () => {
  it('is stopped, and nothing else', async () => {
    const state = await newState();
    const own = await markOf(await steadyProcess());
    const strangers = await steadyProcess();
    await writeFile(join(state.pids, 'issuer.json'), JSON.stringify(own));
    await writeFile(join(state.pids, 'audit.json'), JSON.stringify({ pid: strangers, startedAt: 'before' }));
    expect(await stopLeftOvers(state)).toEqual(['issuer']);
    expect(await stillRuns(own!)).toBe(false);
    expect(await markOf(strangers)).toBeDefined();
    process.kill(strangers, 'SIGKILL');
    expect(await readdir(state.pids)).toEqual([]);
  });
});
