import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from '../request/exchange.js';
import type { PathPattern } from '../routes/path-pattern.js';
import type { Holder } from '../tokens/credential.js';
import { IN_HEADER, type Template, templateOf } from './template.js';
import type { HeaderEditsSpec } from './transform-spec.js';

type Written = readonly (readonly [name: string, value: Template])[];

/** Changes of headers, in the order: remove, rename, set, add. */
export class HeaderEdits {
  private readonly removed: ReadonlySet<string>;
  private readonly renamed: ReadonlyMap<string, string>;
  private readonly written: Written;

  constructor({ remove, rename, set, add }: HeaderEditsSpec, path: PathPattern) {
    const values = (edits: Readonly<Record<string, string>>): Written =>
      Object.entries(edits).map(([name, text]) => [name.toLowerCase(), templateOf(text, path, IN_HEADER)]);
    this.renamed = new Map(
      Object.entries(rename).map(([from, to]) => [from.toLowerCase(), to.toLowerCase()]),
    );
    this.removed = new Set([...remove, ...Object.keys(set)].map((name) => name.toLowerCase()));
    this.written = [...values(set), ...values(add)];
  }

  /** @param flat list of names and values. */
  ofRequest(flat: readonly string[], exchange: Exchange, holder: Holder): string[] {
    const taken = this.takenBy(flat.filter((_, i) => i % 2 === 0).map(folded));
    const made: string[] = [];
    for (let i = 0; i < flat.length; i += 2) {
      const name = flat[i]!;
      const known = folded(name);
      if (this.removed.has(known) || taken.has(known)) continue;
      const renamed = this.renamed.get(known);
      if (renamed === undefined) made.push(name, flat[i + 1]!);
      // A spelling that CGI-like upstreams confuse with the name is dropped, and never taken for it.
      else if (!name.includes('_')) made.push(renamed, flat[i + 1]!);
    }
    for (const [name, value] of this.written) pushUnlessEmpty(made, name, value(exchange, holder));
    return made;
  }

  ofAnswer(headers: IncomingHttpHeaders, exchange: Exchange, holder: Holder): IncomingHttpHeaders {
    const taken = this.takenBy(Object.keys(headers));
    const made: Record<string, string | string[]> = {};
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined || this.removed.has(name) || taken.has(name)) continue;
      made[this.renamed.get(name) ?? name] = value;
    }
    for (const [name, template] of this.written) {
      const value = template(exchange, holder);
      const earlier = made[name];
      if (value !== '') made[name] = earlier === undefined ? value : [earlier, value].flat();
    }
    return made;
  }

  /** Names that others are renamed to: what was called so before gives way. */
  private takenBy(names: readonly string[]): ReadonlySet<string> {
    if (this.renamed.size === 0) return NONE;
    return new Set(names.flatMap((name) => (this.removed.has(name) ? [] : (this.renamed.get(name) ?? []))));
  }
}

const NONE: ReadonlySet<string> = new Set();

/** A variable that stands for nothing writes no header. */
function pushUnlessEmpty(list: string[], name: string, value: string): void {
  if (value !== '') list.push(name, value);
}

/** As CGI-like upstreams read a name. */
const folded = (name: string): string => name.toLowerCase().replaceAll('_', '-');
