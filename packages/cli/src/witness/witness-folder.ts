import { mkdirSync } from 'node:fs';
import { FolderInUse, lockFolder } from '@gatehouse/folder-lock';
import { UsageError } from '../usage-error.js';

/**
 * Makes the witness's folder, and takes it for this process: two witnesses with one key would each sign what the other must
 * refuse.
 * @throws UsageError while another process has it.
 */
export function takeWitnessFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    lockFolder(folder);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    throw new UsageError(
      `--state: ${folder} is used by process ${error.pid}; give each witness a folder and a key of its own`,
      { cause: error },
    );
  }
}
