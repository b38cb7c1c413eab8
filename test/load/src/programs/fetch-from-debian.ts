import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.js';

/**
 * Unpacks Debian's package of a program into a folder, without installing it and without root.
 * @throws Error when there is no apt, no such package, or when a library it needs is missing.
 */
export async function fetchFromDebian(name: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const unpacked = join(folder, 'unpacked');
  if (!(await readdir(folder)).includes('unpacked')) {
    await run('apt-get', ['-q', 'download', name], folder);
    const archive = (await readdir(folder)).find((file) => file.endsWith('.deb'));
    if (!archive) throw new Error(`apt-get left no package of ${name}`);
    await run('dpkg', ['-x', join(folder, archive), unpacked]);
  }
  const path = await programIn(unpacked, name);
  const libraries = await run('ldd', [path]);
  if (libraries.includes('not found')) throw new Error(`${name} needs libraries that are not installed`);
  return path;
}

async function programIn(unpacked: string, name: string): Promise<string> {
  for (const place of ['usr/sbin', 'usr/bin']) {
    const files: string[] = await readdir(join(unpacked, place)).catch(() => []);
    if (files.includes(name)) return join(unpacked, place, name);
  }
  throw new Error(`the package of ${name} holds no such program`);
}
