/** Where an answer is kept. */
export interface Place {
  readonly tenant: string;
  readonly route: string;
  /** As it came, with its query. */
  readonly target: string;
  /** Tenant and target URI (RFC 9111 §2). */
  readonly uri: string;
  /** Who may get the same answer. */
  readonly share: string;
}

/** A request as the cache sees it. */
export interface Asked extends Place {
  /** As the upstream gets them, names in lower case. */
  readonly headers: FieldMap;
}

/** One text for each name in lower case. */
export type FieldMap = Readonly<Record<string, string>>;

/** Directives are compared without regard to case (RFC 9111 §5.2), and nobody varies by them. */
const DIRECTIVES = new Set(['cache-control', 'pragma']);

/** @param flat list of names and values. */
export function fieldsOf(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]!.toLowerCase();
    const value = DIRECTIVES.has(name) ? flat[i + 1]!.toLowerCase() : flat[i + 1]!;
    const earlier = fields[name];
    fields[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return fields;
}

/** A flat list without some names. */
export function withoutFields(flat: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let i = 0; i < flat.length; i += 2)
    if (!names.has(flat[i]!.toLowerCase())) kept.push(flat[i]!, flat[i + 1]!);
  return kept;
}
