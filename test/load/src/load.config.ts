import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Folders to look for programs in. Debian's servers are in sbin, which is not on every user's PATH. */
export const programFolders = (env: NodeJS.ProcessEnv = process.env): string[] => [
  ...(env['PATH'] ?? '').split(delimiter).filter(Boolean),
  '/usr/sbin',
  '/usr/local/sbin',
];

/** Where downloads are kept between runs (XDG Base Directory Specification). */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'gatehouse');
