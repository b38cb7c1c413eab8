import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, programFolders } from '../load.config.js';
import { fetchFromDebian } from './fetch-from-debian.js';

/**
 * The path of a program: on PATH or in the folders of administrators, else in our cache, else fetched from Debian.
 * @returns `undefined` when it is not to be had.
 */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of programFolders())
    if (await isExecutable(join(folder, name))) return join(folder, name);
  return fetchFromDebian(name, join(cacheFolder(), name)).catch(() => undefined);
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
