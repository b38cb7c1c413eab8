import { below } from './json-pointer.js';
import {
  type ApiDocument,
  DocumentMistake,
  isObject,
  type JsonObject,
  type Located,
} from './api-document.js';

/** Keywords of JSON Schema 2020-12 that ask something of a value, by what they hold. What is not here only describes. */
const KEYWORDS: ReadonlyMap<string, 'value' | 'schema' | 'list' | 'map'> = new Map([
  ...['type', 'enum', 'const', 'format', 'pattern', 'multipleOf', 'required', 'dependentRequired'].map(
    asValue,
  ),
  ...['maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength'].map(asValue),
  ...['maxItems', 'minItems', 'uniqueItems', 'maxContains', 'minContains'].map(asValue),
  ...['maxProperties', 'minProperties'].map(asValue),
  ...['items', 'contains', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else'].map(
    asSchema,
  ),
  ...['unevaluatedItems', 'unevaluatedProperties'].map(asSchema),
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((name) => [name, 'list'] as const),
  ...['properties', 'patternProperties', 'dependentSchemas'].map((name) => [name, 'map'] as const),
]);

function asValue(name: string) {
  return [name, 'value'] as const;
}

function asSchema(name: string) {
  return [name, 'schema'] as const;
}

/** They change what references mean; no document needs them, and few readers agree on them. */
const NOT_TAKEN = ['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$schema', '$vocabulary'];

/** The schemas of a document, as they apply to requests, in the words of JSON Schema 2020-12. */
export class JsonSchemas {
  private readonly names = new Map<string, string>();

  /** @param add told each schema that others refer to, with the name they refer by. */
  constructor(
    private readonly document: ApiDocument,
    private readonly add: (name: string, schema: object | boolean) => void,
  ) {}

  /** @returns the name of a schema; all it refers to has been added by then. */
  nameOf({ node, pointer }: Located): string {
    const known = this.names.get(pointer);
    if (known !== undefined) return known;
    const name = `schema-${this.names.size}`;
    this.names.set(pointer, name); // before the rest: a schema may refer to itself
    this.add(name, this.converted(node, pointer));
    return name;
  }

  private converted(schema: unknown, pointer: string): object | boolean {
    if (typeof schema === 'boolean') return schema;
    if (!isObject(schema)) throw new DocumentMistake(pointer, 'is no schema');
    for (const name of NOT_TAKEN)
      if (typeof schema[name] === 'string') throw new DocumentMistake(pointer, `${name} is not taken here`);
    const { $ref } = schema;
    const reference =
      typeof $ref === 'string' ? { $ref: this.nameOf(this.document.at($ref, pointer)) } : undefined;
    // OpenAPI 3.0.4 §4.7.23: what stands beside a reference is ignored.
    if (reference && this.document.version === '3.0') return reference;
    const made = Object.fromEntries(
      Object.entries(schema).flatMap(([name, value]) => {
        const kind = KEYWORDS.get(name);
        return kind ? [[name, this.convertedValue(kind, value, below(pointer, name))] as const] : [];
      }),
    );
    return {
      ...made,
      ...reference,
      ...this.ofRequests(schema, pointer),
      ...(this.document.version === '3.0' && of30(schema)),
    };
  }

  private convertedValue(
    kind: 'value' | 'schema' | 'list' | 'map',
    value: unknown,
    pointer: string,
  ): unknown {
    if (kind === 'list' && Array.isArray(value))
      return value.map((one, i) => this.converted(one, below(pointer, i)));
    if (kind === 'map' && isObject(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, this.converted(one, below(pointer, name))]),
      );
    return kind === 'schema' ? this.converted(value, pointer) : value;
  }

  /** A property that is read-only is required of answers alone (OpenAPI 3.1.1 §4.8.24, `readOnly`). */
  private ofRequests({ required, properties }: JsonObject, pointer: string): object {
    if (!Array.isArray(required) || !isObject(properties)) return {};
    const parent = { node: properties, pointer: below(pointer, 'properties') };
    return {
      required: required.filter(
        (name) => this.document.child(parent, String(name))?.node['readOnly'] !== true,
      ),
    };
  }
}

/** What OpenAPI 3.0 says otherwise than JSON Schema does today. */
function of30({ type, nullable, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonObject): object {
  return {
    ...(nullable === true && typeof type === 'string' && { type: [type, 'null'] }),
    ...(typeof exclusiveMinimum === 'boolean' && bounds('inimum', minimum, exclusiveMinimum)),
    ...(typeof exclusiveMaximum === 'boolean' && bounds('aximum', maximum, exclusiveMaximum)),
  };
}

const bounds = (which: 'inimum' | 'aximum', bound: unknown, isExclusive: boolean): object =>
  isExclusive
    ? { [`m${which}`]: undefined, [`exclusiveM${which}`]: bound }
    : { [`m${which}`]: bound, [`exclusiveM${which}`]: undefined };
