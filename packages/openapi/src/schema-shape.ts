import { type ApiDocument, isObject, type Located } from './api-document.js';

/** How a parameter's text is taken apart before its schema is asked. */
export type Shape =
  | { readonly kind: 'scalar'; readonly types: ReadonlySet<string> }
  | { readonly kind: 'array'; readonly items: ReadonlySet<string> }
  | { readonly kind: 'object'; readonly properties: ReadonlyMap<string, ReadonlySet<string>> };

/** Schemas within schemas, as far as types are looked for. */
const MAX_DEPTH = 8;
const COMBINED = ['allOf', 'anyOf', 'oneOf'];

/** @param schema absent: anything, as text. */
export function shapeOf(document: ApiDocument, schema: Located | undefined): Shape {
  const types = typesOf(document, schema);
  if (types.has('array'))
    return { kind: 'array', items: typesOf(document, found(document, schema, 'items')) };
  if (!types.has('object')) return { kind: 'scalar', types };
  const properties = document.children(found(document, schema, 'properties'));
  return {
    kind: 'object',
    properties: new Map(properties.map(([name, property]) => [name, typesOf(document, property)])),
  };
}

/** The types that a schema, or any it is combined of, names. */
function typesOf(document: ApiDocument, schema: Located | undefined, depth = 0): Set<string> {
  if (!schema || depth > MAX_DEPTH) return new Set();
  const { type, nullable, enum: values } = schema.node;
  const types = new Set<string>([type].flat().filter((one) => typeof one === 'string'));
  if (nullable === true) types.add('null');
  if (types.size === 0 && Array.isArray(values)) for (const value of values) types.add(typeof value);
  for (const part of partsOf(document, schema))
    for (const one of typesOf(document, part, depth + 1)) types.add(one);
  return types;
}

/** What stands under a keyword of a schema, or of one it is combined of. */
function found(
  document: ApiDocument,
  schema: Located | undefined,
  keyword: string,
  depth = 0,
): Located | undefined {
  if (!schema || depth > MAX_DEPTH) return undefined;
  const own = document.child(schema, keyword);
  if (own) return own;
  for (const part of partsOf(document, schema)) {
    const one = found(document, part, keyword, depth + 1);
    if (one) return one;
  }
  return undefined;
}

const partsOf = (document: ApiDocument, { node, pointer }: Located): Located[] =>
  COMBINED.flatMap((keyword) => {
    const list = node[keyword];
    return Array.isArray(list)
      ? list
          .filter(isObject)
          .map((part, i) => document.follow({ node: part, pointer: `${pointer}/${keyword}/${i}` }))
      : [];
  });
