import { stat } from 'node:fs/promises';
import { textLines } from '@gatehouse/client';
import { contentsOf } from '../access-log/log-lines.js';
import type { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';
import { folderReader, webReader } from './mirror-reader.js';
import { mirrorLines } from './verifier/mirror-lines.js';

/** How a log is given that is not an export. */
export interface MirrorOptions {
  /** The URL is that of a mirror (C2SP tlog-tiles). */
  tiles: boolean;
  /** The log's verifier keys, the newest first. */
  keys: readonly string[];
}

/**
 * The lines of an export: a file's, gzipped or not, or a running log's; a mirror, as a folder or on the web, as if it were one.
 * @param target a file, a folder, a URL, or `undefined` for the log of this system.
 */
export async function* exportLinesOf(
  target: string | undefined,
  system: System,
  { tiles, keys }: MirrorOptions,
): AsyncGenerator<string, void> {
  const isUrl = target !== undefined && /^https?:\/\//.test(target);
  if (target === undefined) yield* system.audit().exportLines();
  else if (isUrl && tiles) yield* mirrorLines(webReader(target, system.tokenFor(target)), keyOf(keys));
  else if (isUrl) yield* system.auditAt(target).exportLines();
  else if (await isFolder(target)) yield* mirrorLines(folderReader(target), keyOf(keys));
  else yield* textLines(await contentsOf(target));
}

function keyOf([key]: readonly string[]): string {
  if (key === undefined) throw new UsageError('a mirror does not say whose log it is: give --key');
  return key;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // reading it says what is wrong
  }
}
