/** The query of a request, its names decoded and its values not. */
export class QueryPairs {
  private readonly pairs: readonly (readonly [name: string, value: string])[];

  constructor(query: string) {
    this.pairs = query === '' ? [] : query.split('&').filter(Boolean).map(pairOf);
  }

  /** Values of one name, in the order they were sent. */
  all(name: string): string[] {
    return this.pairs.filter(([one]) => one === name).map(([, value]) => value);
  }

  /** `name[property]=value` (style `deepObject`). */
  propertiesOf(name: string): [property: string, value: string][] {
    return this.pairs
      .filter(([one]) => one.startsWith(`${name}[`) && one.endsWith(']'))
      .map(([one, value]) => [one.slice(name.length + 1, -1), value]);
  }
}

/** As upstreams read a query: "+" is a space, and an escape that is none stands for itself. */
export function decodedQuery(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function pairOf(pair: string): [string, string] {
  const end = pair.indexOf('=');
  return end < 0 ? [decodedQuery(pair), ''] : [decodedQuery(pair.slice(0, end)), pair.slice(end + 1)];
}
