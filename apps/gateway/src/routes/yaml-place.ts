import { type Document, isMap, isNode, isScalar } from 'yaml';
import type { z } from 'zod';

/** Where in the text an issue lies: the unknown key itself, else the value, else the nearest thing around it. */
export function offsetOf(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return keyOffset(document, path, issue.keys[0] ?? '');
  return nearestOffset(document, path);
}

/** Where something lies, or the nearest thing around it. */
export function nearestOffset(document: Document.Parsed, path: readonly PropertyKey[]): number {
  const rest = [...path];
  for (;;) {
    const node = rest.length > 0 ? document.getIn(rest, true) : document.contents;
    if (isNode(node) && node.range) return node.range[0];
    if (rest.length === 0) return 0;
    rest.pop();
  }
}

function keyOffset(document: Document.Parsed, path: readonly PropertyKey[], key: string): number {
  const map = path.length > 0 ? document.getIn(path, true) : document.contents;
  if (!isMap(map)) return 0;
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return (isScalar(pair?.key) ? pair.key.range?.[0] : undefined) ?? map.range?.[0] ?? 0;
}
