import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { removedAfterwards } from '../test/temporary-state.js';
import { LogFile } from './log-file.js';

const newState = removedAfterwards();

describe('a log file', () => {
  it('is set aside when it is full, three times at most', async () => {
    const { logs } = await newState();
    const log = new LogFile(join(logs, 'x.log'), 10);
    for (const word of ['one', 'two', 'three', 'four', 'five', 'six'])
      log.write(Buffer.from(`${word}......`));
    log.close();
    expect((await readdir(logs)).toSorted()).toEqual(['x.log', 'x.log.1', 'x.log.2', 'x.log.3']);
    expect(await readFile(join(logs, 'x.log'), 'utf8')).toBe('six......');
    expect(await readFile(join(logs, 'x.log.3'), 'utf8')).toBe('three......');
  });
});
