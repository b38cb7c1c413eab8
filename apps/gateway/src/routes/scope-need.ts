import { Scope } from '@gatehouse/contracts';
import { z } from 'zod';
import { type PathPattern, segmentAt } from './path-pattern.js';

/** All of a list, or one of those in `any`. */
export const needOf = <T extends z.ZodType>(one: T) =>
  z.union([z.array(one).max(50), z.strictObject({ any: z.array(one).min(1).max(50) })]);

/** Scopes; `user:{id}` is the scope for whatever stands at `{id}` in the path. */
export const ScopeNeed = needOf(Scope);
export type ScopeNeed = z.infer<typeof ScopeNeed>;

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_]{0,31})\}/;

/** A scope that names a part of the path. */
export interface ResourceScope {
  /** The scope that this path asks for; `undefined`: it holds an escape that is none. */
  readonly of: (path: string) => string | undefined;
}

/** Names of the path parameters that a scope is bound to. */
export const placeholdersOf = (scope: string): string[] =>
  scope.split(PLACEHOLDER).filter((_, i) => i % 2 === 1);

/** @returns `undefined` for a scope that is the same for every path. */
export function resourceScope(scope: string, path: PathPattern): ResourceScope | undefined {
  const parts = scope.split(PLACEHOLDER);
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
