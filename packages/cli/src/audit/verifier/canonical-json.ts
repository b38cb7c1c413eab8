/**
 * The RFC 8785 form of a JSON value. ECMAScript already writes strings and numbers as §3.2.2 wants them; what is left
 * is to sort properties by UTF-16 code units (§3.2.3), which is how JavaScript compares strings.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
