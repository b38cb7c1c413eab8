/** Values of a query string; `undefined` leaves the parameter out. */
export type QueryValues = Record<string, string | number | undefined>;

/** With its question mark; empty when nothing is in it. */
export function queryString(query: QueryValues = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size ? `?${search.toString()}` : '';
}
