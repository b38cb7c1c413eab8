import type { IncomingHttpHeaders } from 'node:http';
import type { ParameterNode } from './parameter-node.js';
import type { Raw } from './parameter-value.js';
import { decodedQuery, type QueryPairs } from './query-pairs.js';
import type { Shape } from './schema-shape.js';

/** What parameters are read from. */
export interface Asked {
  /** Parameters of the path, still encoded. */
  readonly path: ReadonlyMap<string, string>;
  readonly query: QueryPairs;
  readonly headers: IncomingHttpHeaders;
}

/** More than one value was sent where one is taken: two parsers could take different ones. */
export const REPEATED = Symbol('repeated');

/** Finds a parameter in a request; `undefined`: it is not there. */
export interface ParameterReader {
  readonly read: (asked: Asked) => Raw | typeof REPEATED | undefined;
  readonly decode: (text: string) => string;
}

/** How values of one parameter are told from each other in a query (RFC 6570, OpenAPI 3.1.1 §4.8.12.3). */
const SEPARATORS: Readonly<Record<string, RegExp>> = {
  form: /,/,
  spaceDelimited: /%20|\+/,
  pipeDelimited: /\||%7C/i,
};

/** @returns `undefined` for a style that is not read here. */
export function readerOf(parameter: ParameterNode, shape: Shape): ParameterReader | undefined {
  const { name, in: place, style, explode } = parameter;
  if (place === 'query')
    return queryReader(name, style ?? 'form', explode ?? (style ?? 'form') === 'form', shape);
  if ((style ?? 'simple') !== 'simple') return undefined;
  const take = simple(shape, explode ?? false);
  if (place === 'path')
    return {
      decode: decodedPath,
      read: ({ path }) => take(path.get(name) ?? ''),
    };
  const key = name.toLowerCase();
  return {
    decode: (text) => text.trim(),
    read: ({ headers }) => {
      const value = headers[key];
      return value === undefined ? undefined : take([value].flat().join(','));
    },
  };
}

function queryReader(
  name: string,
  style: string,
  explode: boolean,
  shape: Shape,
): ParameterReader | undefined {
  const reader = (read: ParameterReader['read']) => ({ read, decode: decodedQuery });
  if (style === 'deepObject') return reader(({ query }) => properties(query.propertiesOf(name)));
  const separator = SEPARATORS[style];
  if (!separator) return undefined;
  if (shape.kind === 'array' && explode) return reader(({ query }) => someOf(query.all(name)));
  if (shape.kind === 'object' && explode)
    return reader(({ query }) =>
      properties(
        [...shape.properties.keys()].flatMap((key) => query.all(key).map((value): Pair => [key, value])),
      ),
    );
  return reader(({ query }) => {
    const [only, ...more] = query.all(name);
    if (only === undefined || more.length > 0) return only === undefined ? undefined : REPEATED;
    if (shape.kind === 'scalar') return only;
    const parts = only.split(separator);
    return shape.kind === 'array' ? parts : inPairs(parts);
  });
}

/** Style `simple`: values and names between commas. */
const simple =
  (shape: Shape, explode: boolean) =>
  (text: string): Raw => {
    if (shape.kind === 'scalar') return text;
    const parts = text.split(',');
    if (shape.kind === 'array') return parts;
    return explode ? parts.map(pairOf) : inPairs(parts);
  };

const someOf = (list: string[]): string[] | undefined => (list.length > 0 ? list : undefined);

/** Each property once: of two, two parsers could take different ones. */
function properties(pairs: Pair[]): Pair[] | typeof REPEATED | undefined {
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) return REPEATED;
  return pairs.length > 0 ? pairs : undefined;
}

type Pair = readonly [name: string, value: string];

function pairOf(part: string): Pair {
  const end = part.indexOf('=');
  return end < 0 ? [part, ''] : [part.slice(0, end), part.slice(end + 1)];
}

const inPairs = (parts: readonly string[]): Pair[] =>
  parts.flatMap((part, i): Pair[] => (i % 2 === 0 ? [[part, parts[i + 1] ?? '']] : []));

function decodedPath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
