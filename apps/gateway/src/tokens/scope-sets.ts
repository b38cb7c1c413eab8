import { RecentMap } from '../recent-map.js';

const DISTINCT = 10_000;
const sets = new RecentMap<string, ReadonlySet<string>>(DISTINCT);

/** One set for all tokens with the same scopes: there are few combinations and many tokens. */
export function scopeSet(scope: string): ReadonlySet<string> {
  const known = sets.get(scope);
  if (known) return known;
  const made: ReadonlySet<string> = new Set(scope.split(' ').filter(Boolean));
  sets.set(scope, made);
  return made;
}
