import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderInUse, lockFolder } from './index.js';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-folder-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The lock as another process would have written it. */
async function lockedBy(child: ReturnType<typeof spawn>): Promise<void> {
  await once(child, 'spawn');
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  writeFileSync(lock, `${child.pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}\n`);
}

const sleeper = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);

describe('a locked folder', () => {
  it('is this process’s, which may take it again, and nothing else is left in it', () => {
    lockFolder(folder);
    expect(() => lockFolder(folder)).not.toThrow();
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('is another’s as long as that one lives, and free once it was killed', async () => {
    const child = sleeper();
    await lockedBy(child);
    const before = readFileSync(lock, 'utf8');
    expect(() => lockFolder(folder)).toThrow(FolderInUse);
    expect(() => lockFolder(folder)).toThrow(`${folder} is used by process ${child.pid}`);
    expect(readFileSync(lock, 'utf8')).toBe(before);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockFolder(folder);
    expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it.each([
    ['a later process has its number', `${process.ppid} 1\n`],
    ['nobody can read it', '\0\0\0'],
    ['it is empty', ''],
  ])('is free when %s', (_, content) => {
    writeFileSync(lock, content);
    expect(() => lockFolder(folder)).not.toThrow();
  });

  it('cannot be had where there is no folder', () => {
    expect(() => lockFolder(join(folder, 'absent'))).toThrow('ENOENT');
  });
});
