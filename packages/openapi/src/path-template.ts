/** One segment of a path template: `users`, `{id}` or `{name}.{format}`. */
type Segment = readonly string[];

const PARAMETER = /\{([^{}]+)\}/;

/** A path of an OpenAPI document, taken apart once. Unlike a route's, a segment may hold text beside parameters. */
export class PathTemplate {
  readonly length: number;
  /** Of two that match, the smaller is meant: text before parameters, from the left. */
  readonly rank: string;
  private readonly segments: readonly Segment[];

  constructor(template: string) {
    this.segments = template.slice(1).split('/').map(segmentOf);
    this.length = this.segments.length;
    this.rank = this.segments
      .map((parts) => (parts.length === 1 ? 'a' : isWhole(parts) ? 'c' : 'b'))
      .join('');
  }

  /**
   * @param encoded segments of a path as they came; @param decoded the same as an upstream reads them.
   * @returns what the parameters stand for, still encoded; `undefined`: another path.
   */
  match(encoded: readonly string[], decoded: readonly string[]): ReadonlyMap<string, string> | undefined {
    const values = new Map<string, string>();
    for (const [i, parts] of this.segments.entries()) {
      if (isWhole(parts)) {
        if (encoded[i] === '') return undefined;
        values.set(parts[1]!, encoded[i]!);
      } else if (!matchSegment(parts, decoded[i]!, values)) return undefined;
    }
    return values;
  }
}

const isWhole = (parts: Segment): boolean => parts.length === 3 && parts[0] === '' && parts[2] === '';

const segmentOf = (text: string): Segment => text.split(PARAMETER);

/** Each parameter is as short as the text after it lets it be: one look from left to right, however it is written. */
function matchSegment(parts: Segment, text: string, values: Map<string, string>): boolean {
  if (!text.startsWith(parts[0]!)) return false;
  let at = parts[0]!.length;
  for (let i = 1; i < parts.length; i += 2) {
    const after = parts[i + 1]!;
    const isLast = i + 2 >= parts.length;
    const end = isLast ? text.length - after.length : text.indexOf(after, at + 1);
    if (end <= at || (isLast && !text.endsWith(after))) return false;
    values.set(parts[i]!, encodeURIComponent(text.slice(at, end)));
    at = end + after.length;
  }
  return at === text.length;
}
