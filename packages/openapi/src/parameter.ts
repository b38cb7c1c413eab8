import { type ApiDocument, DocumentMistake, type Located } from './api-document.js';
import { ParameterNode } from './parameter-node.js';
import { type Asked, type ParameterReader, readerOf, REPEATED } from './parameter-style.js';
import { valueOf } from './parameter-value.js';
import type { SchemaCheck, SchemaChecks } from './schema-checks.js';
import { type Shape, shapeOf } from './schema-shape.js';
import { type Violation, violationsOf } from './violation.js';
import { below } from './json-pointer.js';

/** Described elsewhere in a document: what it says of them as parameters is ignored (OpenAPI 3.1.1 §4.8.12.2). */
const NO_PARAMETERS = new Set(['accept', 'content-type', 'authorization']);

/** One parameter of an operation. */
export interface Parameter {
  /** What no two of an operation share. */
  readonly key: string;
  check(asked: Asked): Violation[];
}

/** @returns `undefined` for one that is not checked here: a cookie, or a header that is no parameter. */
export function parameterOf(document: ApiDocument, at: Located, checks: SchemaChecks): Parameter | undefined {
  const parsed = ParameterNode.safeParse(at.node);
  if (!parsed.success) throw new DocumentMistake(at.pointer, 'is no parameter');
  const node = parsed.data;
  const { name, in: place } = node;
  if (place === 'cookie' || (place === 'header' && NO_PARAMETERS.has(name.toLowerCase()))) return undefined;
  const content = document.children(document.child(at, 'content'))[0]?.[1];
  const schema = document.child(content ?? at, 'schema');
  const shape: Shape = content ? TEXT : shapeOf(document, schema);
  const reader = readerOf(content ? { ...node, style: undefined } : node, shape);
  if (!reader)
    throw new DocumentMistake(
      at.pointer,
      `style ${node.style} is not read here: use simple, form, spaceDelimited, pipeDelimited or deepObject`,
    );
  const field = below('', place, place === 'header' ? name.toLowerCase() : name);
  const rule = { node, field, shape, reader, isJson: content !== undefined };
  return { key: `${place} ${name}`, check: checkOf(rule, schema && checks.of(schema)) };
}

const TEXT: Shape = { kind: 'scalar', types: new Set() };

interface Rule {
  readonly node: ParameterNode;
  readonly field: string;
  readonly shape: Shape;
  readonly reader: ParameterReader;
  /** Its value is a JSON text. */
  readonly isJson: boolean;
}

const checkOf =
  ({ node, field, shape, reader, isJson }: Rule, schema: SchemaCheck | undefined) =>
  (asked: Asked): Violation[] => {
    const raw = reader.read(asked);
    if (raw === REPEATED) return [{ field, rule: 'was sent more than once', fix: 'Send it once.' }];
    if (raw === undefined) return node.required ? [{ field, rule: 'is required', fix: 'Add it.' }] : [];
    if (!schema || (raw === '' && node.allowEmptyValue)) return [];
    const value = valueOf(raw, shape, reader.decode);
    if (!isJson) return violationsOf(schema.first(value), field);
    const parsed = parsedJson(String(value));
    return parsed
      ? violationsOf(schema.first(parsed.value), field)
      : [{ field, rule: 'must be JSON', fix: 'Send it as a JSON text, percent-encoded.' }];
  };

function parsedJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
