import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { removedAfterwards } from '../test/temporary-state.js';
import { STEADY, toyPart } from '../test/toy-part.js';
import { Installation } from './installation.js';
import type { Part } from './part.js';
import { parseMark, stillRuns } from './process-mark.js';
import type { ProcessMark } from './process-mark.js';
import type { StateDir } from './state-dir.js';
import type { Observer } from './supervised.js';

/** Keeps what happened, in order. */
function listener(): Observer & { news: string[] } {
  const news: string[] = [];
  return {
    news,
    output: ({ name }: Part, chunk: Buffer) => void news.push(`${name} says ${chunk.toString().trim()}`),
    crashed: ({ name }: Part, reason: string) => void news.push(`${name} ${reason}`),
    recovered: ({ name }: Part) => void news.push(`${name} recovered`),
  };
}

async function markIn({ pids }: StateDir, name: string): Promise<ProcessMark> {
  const mark = parseMark(await readFile(join(pids, `${name}.json`), 'utf8'));
  if (!mark) throw new Error(`no mark of ${name}`);
  return mark;
}

describe('an installation', () => {
  const newState = removedAfterwards();

  it('starts a part that is killed again, alone', async () => {
    const state = await newState();
    const observer = listener();
    const installation = new Installation(state, observer);
    await installation.start([toyPart('one', STEADY), toyPart('other', STEADY)]);
    const one = await markIn(state, 'one');
    const other = await markIn(state, 'other');
    process.kill(one.pid, 'SIGKILL');
    await eventually(() => expect(observer.news).toContain('one recovered'));
    expect(observer.news).toContain('one ended with signal SIGKILL (9)');
    expect(await markIn(state, 'one')).not.toEqual(one);
    expect(await markIn(state, 'other')).toEqual(other);
    await installation.stop();
  });

  it('keeps trying when a part crashes again while it starts', async () => {
    const state = await newState();
    const observer = listener();
    const installation = new Installation(state, observer);
    const flag = JSON.stringify(join(state.root, 'tries'));
    const script = `const fs = require('fs'); fs.appendFileSync(${flag}, 'x');
      const tries = fs.readFileSync(${flag}, 'utf8').length;
      if (tries === 2) { console.log('bad luck'); process.exit(3); } ${STEADY}`;
    await installation.start([toyPart('flaky', script)]);
    process.kill((await markIn(state, 'flaky')).pid, 'SIGKILL');
    await eventually(() => expect(observer.news).toContain('flaky recovered'));
    expect(observer.news.filter((line) => line.includes('bad luck'))).not.toEqual([]);
    await installation.stop();
  });

  it('ends in the opposite order of starting and leaves no process', async () => {
    const state = await newState();
    const installation = new Installation(state, listener());
    const journal = join(state.root, 'journal');
    const dying = (name: string) =>
      `process.on('SIGTERM', () => { require('fs').appendFileSync(${JSON.stringify(journal)}, '${name} '); process.exit(0) }); ${STEADY}`;
    await installation.start([toyPart('engine', dying('engine'))]);
    await installation.start([toyPart('service', dying('service'))]);
    const marks = [await markIn(state, 'engine'), await markIn(state, 'service')];
    await installation.stop();
    expect(await readFile(journal, 'utf8')).toBe('service engine ');
    for (const mark of marks) expect(await stillRuns(mark)).toBe(false);
    expect(await readdir(state.pids)).toEqual([]);
  });

  it('kills a part that does not end when asked', async () => {
    const state = await newState();
    const installation = new Installation(state, listener());
    const stubborn = toyPart('stubborn', `process.on('SIGTERM', () => {}); ${STEADY}`);
    await installation.start([{ ...stubborn, graceMs: 50 }]);
    const mark = await markIn(state, 'stubborn');
    await installation.stop();
    expect(await stillRuns(mark)).toBe(false);
  });

  it('fails with the name and the last words of a part that does not start', async () => {
    const state = await newState();
    const installation = new Installation(state, listener());
    const broken = installation.start([
      toyPart('broken', 'console.error("PORT: expected a number"); process.exit(78)'),
    ]);
    await expect(broken).rejects.toThrow(/^broken did not start: [^]*PORT: expected a number/);
    await installation.stop();
    expect(await readFile(join(state.logs, 'broken.log'), 'utf8')).toBe('PORT: expected a number\n');
  });
});
