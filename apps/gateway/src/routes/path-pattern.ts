import { parametersOf } from '@gatehouse/contracts';

const SLASH = 0x2f;

/** The path of a route, taken apart once: `/users/{id}/orders/*`. */
export class PathPattern {
  readonly isPrefix: boolean;
  /** Of equal reach, the smaller is more specific: literal before parameter, long before short, exact before prefix. */
  readonly rank: string;
  /** Without the `/*` of a prefix. */
  private readonly literal: string;
  /** By position; `undefined`: a parameter. */
  private readonly segments: readonly (string | undefined)[];
  private readonly names: ReadonlyMap<string, number>;

  constructor(pattern: string) {
    this.isPrefix = pattern.endsWith('/*');
    this.literal = this.isPrefix ? pattern.slice(0, -2) : pattern;
    const parts = this.literal === '' ? [] : this.literal.slice(1).split('/');
    this.names = new Map(parametersOf(pattern));
    const positions = new Set(this.names.values());
    this.segments = parts.map((part, i) => (positions.has(i) ? undefined : part));
    const kinds = this.segments.map((segment) => (segment === undefined ? 'p' : 'l')).join('');
    this.rank = `${kinds}~${this.isPrefix ? '1' : '0'}`;
  }

  /** The literal first segment with its slash; `undefined`: any. */
  get firstSegment(): string | undefined {
    const [first] = this.segments;
    return first === undefined ? undefined : `/${first}`;
  }

  /** `/demo/*` covers `/demo/x` and `/demo` itself, never `/demolition`. A parameter stands for one segment, never an empty one. */
  covers(path: string): boolean {
    if (this.names.size > 0) return this.coversSegments(path);
    if (!this.isPrefix) return path === this.literal;
    const { length } = this.literal;
    return path.startsWith(this.literal) && (path.length === length || path.charCodeAt(length) === SLASH);
  }

  /** Where a parameter stands; `undefined`: the pattern has none of this name. */
  positionOf(name: string): number | undefined {
    return this.names.get(name);
  }

  /** Where what a prefix stands before begins; `undefined`: the pattern is no prefix. */
  get restPosition(): number | undefined {
    return this.isPrefix ? this.segments.length : undefined;
  }

  private coversSegments(path: string): boolean {
    let start = 1;
    for (const segment of this.segments) {
      if (start > path.length) return false;
      const end = endOfSegment(path, start);
      if (segment === undefined ? end === start : path.slice(start, end) !== segment) return false;
      start = end + 1;
    }
    return this.isPrefix || start > path.length;
  }
}

/** One segment of a path as it stands there, still encoded. */
export function segmentAt(path: string, position: number): string {
  const start = startOfSegment(path, position);
  return path.slice(start, endOfSegment(path, start));
}

/** A path from one segment on, still encoded; empty where it is shorter. */
export const restFrom = (path: string, position: number): string =>
  path.slice(startOfSegment(path, position));

function startOfSegment(path: string, position: number): number {
  let start = 1;
  for (let i = 0; i < position; i++) start = endOfSegment(path, start) + 1;
  return start;
}

function endOfSegment(path: string, start: number): number {
  const end = path.indexOf('/', start);
  return end < 0 ? path.length : end;
}
