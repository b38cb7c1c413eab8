import type { Shape } from './schema-shape.js';

/** A parameter's text, taken apart and not yet decoded. */
export type Raw = string | readonly string[] | readonly (readonly [name: string, value: string])[];

/** RFC 8259 §6: "0x1f", " 5" and "" are numbers to JavaScript alone. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A parameter's value as its schema sees it. What is not of a type that the schema names stays text. */
export function valueOf(raw: Raw, shape: Shape, decode: (text: string) => string): unknown {
  if (typeof raw === 'string')
    return shape.kind === 'scalar' ? scalarOf(decode(raw), shape.types) : decode(raw);
  if (isList(raw)) {
    const types = shape.kind === 'array' ? shape.items : ANY;
    return raw.map((item) => scalarOf(decode(item), types));
  }
  const properties = shape.kind === 'object' ? shape.properties : undefined;
  return Object.fromEntries(
    raw.map(([name, value]) => [name, scalarOf(decode(value), properties?.get(name) ?? ANY)]),
  );
}

const ANY: ReadonlySet<string> = new Set();

const isList = (raw: Exclude<Raw, string>): raw is readonly string[] =>
  typeof raw[0] === 'string' || raw.length === 0;

function scalarOf(text: string, types: ReadonlySet<string>): string | number | boolean | null {
  if (types.size === 0 || types.has('string')) return text;
  if ((types.has('integer') || types.has('number')) && NUMBER.test(text)) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return types.has('null') && (text === 'null' || text === '') ? null : text;
}
