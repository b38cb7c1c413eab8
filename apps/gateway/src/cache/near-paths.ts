/** How the paths of cached routes begin: says which others may stand for the same path. */
export class NearPaths {
  /** In order; none begins like another. */
  private readonly beginnings: readonly string[];

  /** @param paths patterns of routes. */
  constructor(paths: Iterable<string>) {
    const kept: string[] = [];
    for (const one of [...paths].map(literalOf).toSorted(byCode)) {
      const last = kept.at(-1);
      if (last === undefined || !one.startsWith(last)) kept.push(one);
    }
    this.beginnings = kept;
  }

  /** Whether a path may stand for one that a cached route stands for. */
  has(path: string): boolean {
    const literal = literalOf(path);
    const at = this.after(literal);
    return (
      (this.beginnings[at - 1] !== undefined && literal.startsWith(this.beginnings[at - 1]!)) ||
      (this.beginnings[at]?.startsWith(literal) ?? false)
    );
  }

  /** Index of the first that comes after a text. */
  private after(literal: string): number {
    let [low, high] = [0, this.beginnings.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.beginnings[middle]! <= literal) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Up to the first part that stands for several, and without the slash that `/x/*` shares with `/x`. */
const literalOf = (path: string): string => path.replace(/[{*].*$/, '').replace(/\/$/, '');

const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
