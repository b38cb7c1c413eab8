import { SCOPE_PLACEHOLDER } from '@gatehouse/contracts';
import { type PathPattern, segmentAt } from './path-pattern.js';

/** A scope that names a part of the path. */
export interface ResourceScope {
  /** The scope that this path asks for; `undefined`: it holds an escape that is none. */
  readonly of: (path: string) => string | undefined;
}

/** @returns `undefined` for a scope that is the same for every path. */
export function resourceScope(scope: string, path: PathPattern): ResourceScope | undefined {
  const parts = scope.split(SCOPE_PLACEHOLDER);
  if (parts.length === 1) return undefined;
  const pieces = parts.map((part, i) => (i % 2 === 0 ? part : (path.positionOf(part) ?? part)));
  return {
    of: (asked) => {
      let made = '';
      for (const piece of pieces) {
        const text = typeof piece === 'string' ? piece : decoded(segmentAt(asked, piece));
        if (text === undefined) return undefined;
        made += text;
      }
      return made;
    },
  };
}

/** The upstream reads `%31` as `1`, so what is compared must be what it reads. */
function decoded(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
