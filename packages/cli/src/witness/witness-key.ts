import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Cosigner, generateCosignerKey, parseCosigner, TlogError } from '@gatehouse/tlog';
import { UsageError } from '../usage-error.js';
import { writeDurably } from './durable-file.js';

const OTHERS = 0o077;

/**
 * The witness's key, kept in its folder; made at the first start.
 * @param name the key's; needed at the first start, later only checked.
 * @throws UsageError when the key is readable to others, is none, or has another name.
 */
export function witnessKey(folder: string, name: string | undefined): Cosigner {
  const path = join(folder, 'witness.key');
  if (!existsSync(path)) {
    if (name === undefined)
      throw new UsageError(`${path} is not there yet: give --name, by custom a URL without its scheme`);
    writeDurably(path, `${generated(name)}\n`);
  }
  if (statSync(path).mode & OTHERS)
    throw new UsageError(`${path} can be read by others: chmod 600 it, or make a new key if somebody did`);
  const key = parsed(readFileSync(path, 'utf8').trim(), path);
  if (name !== undefined && key.name !== name)
    throw new UsageError(`--name: the key in ${path} is named "${key.name}"`);
  return key;
}

function generated(name: string): string {
  try {
    return generateCosignerKey(name).privateKey;
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    throw new UsageError('--name: a key’s name holds neither spaces nor +', { cause: error });
  }
}

function parsed(line: string, path: string): Cosigner {
  try {
    return parseCosigner(line);
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    throw new UsageError(`${path} holds no cosigner key`, { cause: error });
  }
}
