import { PathTemplate } from './path-template.js';

/** A path of the document that a request came upon. */
export interface PathMatch<T> {
  readonly found: T;
  /** What its parameters stand for, still encoded. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Finds the path of a document that a request means. */
export class PathIndex<T> {
  private readonly byLength = new Map<number, { readonly template: PathTemplate; readonly found: T }[]>();

  constructor(paths: readonly (readonly [template: string, found: T])[]) {
    for (const [text, found] of paths) {
      const template = new PathTemplate(text);
      const others = this.byLength.get(template.length) ?? [];
      this.byLength.set(template.length, [...others, { template, found }]);
    }
    for (const list of this.byLength.values())
      list.sort(
        (a, b) => Number(a.template.rank > b.template.rank) - Number(a.template.rank < b.template.rank),
      );
  }

  /** @param path free of dot segments and encoded slashes. */
  match(path: string): PathMatch<T> | undefined {
    const encoded = path.slice(1).split('/');
    const decoded = path.includes('%') ? allDecoded(encoded) : encoded;
    if (!decoded) return undefined;
    for (const { template, found } of this.byLength.get(encoded.length) ?? []) {
      const parameters = template.match(encoded, decoded);
      if (parameters) return { found, parameters };
    }
    return undefined;
  }
}

/** An upstream reads `/%61dmin` as `/admin`, so it must not be taken for `/{name}`. */
function allDecoded(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
