import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import { type ApiDocument, DocumentMistake, type Located } from './api-document.js';
import { JsonSchemas } from './json-schemas.js';

/** What a value breaks of a schema. */
export interface SchemaCheck {
  /** The first mistake alone: what a large body breaks is not listed a million times. */
  first(value: unknown): readonly ErrorObject[];
  /** Every mistake. */
  all(value: unknown): readonly ErrorObject[];
}

const OPTIONS = {
  // OpenAPI documents hold keywords and formats of their own, and patterns without the "u" flag in mind.
  strict: false,
  unicodeRegExp: false,
  validateSchema: false,
  logger: false,
} as const;

/** Compiles the schemas of one document, each once. */
export class SchemaChecks {
  private readonly schemas: JsonSchemas;
  private readonly first = withFormats(new Ajv2020(OPTIONS));
  private readonly all = withFormats(new Ajv2020({ ...OPTIONS, allErrors: true }));
  private readonly compiled = new Map<string, SchemaCheck>();

  constructor(document: ApiDocument) {
    this.schemas = new JsonSchemas(document, (name, schema) => {
      this.first.addSchema(schema, name);
      this.all.addSchema(schema, name);
    });
  }

  /** @throws DocumentMistake for a schema that means nothing. */
  of(schema: Located): SchemaCheck {
    const name = this.schemas.nameOf(schema);
    const known = this.compiled.get(name);
    if (known) return known;
    const check = checkOf(compile(this.first, name, schema), compile(this.all, name, schema));
    this.compiled.set(name, check);
    return check;
  }
}

function compile(ajv: Ajv2020, name: string, { pointer }: Located): ValidateFunction {
  try {
    return ajv.compile({ $ref: name });
  } catch (error) {
    throw new DocumentMistake(pointer, `cannot be used as a schema: ${(error as Error).message}`);
  }
}

const checkOf = (first: ValidateFunction, all: ValidateFunction): SchemaCheck => ({
  first: (value) => mistakesOf(first, value),
  all: (value) => mistakesOf(all, value),
});

const mistakesOf = (validate: ValidateFunction, value: unknown): readonly ErrorObject[] =>
  validate(value) ? [] : (validate.errors ?? []);

function withFormats(ajv: Ajv2020): Ajv2020 {
  ajvFormats.default(ajv);
  return ajv;
}
