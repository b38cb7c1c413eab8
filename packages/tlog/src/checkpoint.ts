import { TlogError } from './errors.js';
import type { Hash } from './hash.js';
import { HASH_BYTES } from './hash.js';
import { decodeBase64, encodeBase64 } from './lib/base64.js';
import { isCount } from './lib/tree-size.js';

/** What a log commits to (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name: one line. */
  origin: string;
  /** Leaves in the tree. */
  size: number;
  root: Hash;
  /** Further lines; not recommended, as no monitor can audit them. */
  extensions?: readonly string[];
}

/**
 * The text of a checkpoint, ready for `signNote`.
 * @throws TlogError `checkpoint-malformed` when a part cannot be written.
 */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  const lines = [origin, String(size), encodeBase64(root), ...extensions];
  if (!isCount(size) || root.length !== HASH_BYTES || !lines.every(isLine))
    throw new TlogError(
      'checkpoint-malformed',
      'a checkpoint is an origin, a whole number and a SHA-256 hash',
    );
  return `${lines.join('\n')}\n`;
}

/**
 * Reads the text of an opened note as a checkpoint.
 * @throws TlogError `checkpoint-malformed`.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  // The text ends in a newline, so that the last part is empty.
  const end = lines.pop();
  const [origin = '', size = '', rootText = '', ...extensions] = lines;
  const root = decodeBase64(rootText);
  if (end !== '' || !lines.every(isLine) || !isSize(size) || root?.length !== HASH_BYTES)
    throw new TlogError('checkpoint-malformed', 'not a checkpoint');
  return { origin, size: Number(size), root, ...(extensions.length > 0 ? { extensions } : {}) };
}

const isLine = (line: string): boolean => line !== '' && !line.includes('\n');

const isSize = (text: string): boolean => /^(0|[1-9]\d*)$/.test(text) && isCount(Number(text));
