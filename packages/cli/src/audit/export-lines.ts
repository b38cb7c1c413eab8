import { textLines } from '@gatehouse/client';
import { contentsOf } from '../access-log/log-lines.js';
import type { System } from '../system/system.js';

/**
 * The lines of an export: a file's, gzipped or not, or a running log's.
 * @param target a file, a URL, or `undefined` for the log of this system.
 */
export async function* exportLinesOf(
  target: string | undefined,
  system: System,
): AsyncGenerator<string, void> {
  if (target === undefined) yield* system.audit().exportLines();
  else if (/^https?:\/\//.test(target)) yield* system.auditAt(target).exportLines();
  else yield* textLines(await contentsOf(target));
}
