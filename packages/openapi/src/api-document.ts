import { below, partsOf } from './json-pointer.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of a document, and the JSON Pointer to it. */
export interface Located {
  readonly node: JsonObject;
  readonly pointer: string;
}

/** A document breaks a rule at some place. */
export class DocumentMistake extends Error {
  /** @param pointer to the place, as a JSON Pointer. */
  constructor(
    readonly pointer: string,
    rule: string,
  ) {
    super(rule);
  }
}

/** A reference may lead to another, but not in a circle. */
const MAX_HOPS = 16;

/** An OpenAPI document whose structure is as the specification says. */
export class ApiDocument {
  constructor(
    readonly root: JsonObject,
    readonly version: '3.0' | '3.1',
  ) {}

  /** What lies below an object under a name, behind the references that stand there. */
  child({ node, pointer }: Located, name: string): Located | undefined {
    const value = Object.hasOwn(node, name) ? node[name] : undefined;
    return isObject(value) ? this.follow({ node: value, pointer: below(pointer, name) }) : undefined;
  }

  /** Everything of the kind that lies below an object, by name. */
  children(parent: Located | undefined): [name: string, Located][] {
    return Object.keys(parent?.node ?? {}).flatMap((name) => {
      const found = parent && this.child(parent, name);
      return found ? [[name, found] as [string, Located]] : [];
    });
  }

  /** A list below an object, its items by index. */
  list({ node, pointer }: Located, name: string): Located | undefined {
    const value = node[name];
    return Array.isArray(value)
      ? { node: Object.fromEntries(value.entries()), pointer: below(pointer, name) }
      : undefined;
  }

  /** What a reference leads to, or the object itself where it is none. */
  follow(start: Located): Located {
    let found = start;
    for (let hops = 0; typeof found.node['$ref'] === 'string'; hops++) {
      if (hops === MAX_HOPS) throw new DocumentMistake(start.pointer, 'is a $ref that leads in a circle');
      found = this.at(found.node['$ref'], found.pointer);
    }
    return found;
  }

  /**
   * Where a reference points to. Nothing is ever fetched.
   * @throws DocumentMistake unless it is an object of this document.
   */
  at(reference: string, from: string): Located {
    if (!reference.startsWith('#/'))
      throw new DocumentMistake(
        from,
        `$ref ${reference} leads out of the document, and nothing is fetched: bundle it into one file`,
      );
    const pointer = decodeURI(reference.slice(1));
    let value: unknown = this.root;
    for (const part of partsOf(pointer))
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as JsonObject)[part]
          : undefined;
    if (!isObject(value)) throw new DocumentMistake(from, `$ref ${reference} leads to nothing`);
    return { node: value, pointer };
  }
}
