import { decodedQuery } from '@gatehouse/openapi';
import type { Exchange } from '../request/exchange.js';
import type { PathPattern } from '../routes/path-pattern.js';
import type { Holder } from '../tokens/credential.js';
import { AS_TEXT, type Template, templateOf } from './template.js';
import type { QueryEditsSpec } from './transform-spec.js';

/** Changes of a query, in the order: remove, rename, set. What is not named stays byte for byte. */
export class QueryEdits {
  private readonly removed: ReadonlySet<string>;
  private readonly renamed: ReadonlyMap<string, string>;
  private readonly written: readonly (readonly [name: string, value: Template])[];

  constructor({ remove, rename, set }: QueryEditsSpec, path: PathPattern) {
    this.removed = new Set([...remove, ...Object.keys(set)]);
    this.renamed = new Map(Object.entries(rename));
    this.written = Object.entries(set).map(([name, text]) => [name, templateOf(text, path, AS_TEXT)]);
  }

  of(query: string, exchange: Exchange, holder: Holder): string {
    const kept = query === '' ? [] : query.split('&').flatMap((pair) => this.edited(pair) ?? []);
    const written = this.written.map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value(exchange, holder))}`,
    );
    return [...kept, ...written].join('&');
  }

  /** A name counts however it is spelled: `%64ebug` is `debug`. */
  private edited(pair: string): string | undefined {
    const end = pair.indexOf('=');
    const name = decodedQuery(end < 0 ? pair : pair.slice(0, end));
    if (this.removed.has(name)) return undefined;
    const renamed = this.renamed.get(name);
    if (renamed === undefined) return pair;
    return this.removed.has(renamed)
      ? undefined
      : `${encodeURIComponent(renamed)}${end < 0 ? '' : pair.slice(end)}`;
  }
}
