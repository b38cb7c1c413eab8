import type { ApiDocument, Located } from './api-document.js';
import { type BodyRule, bodyRuleOf } from './body-rule.js';
import { type Parameter, parameterOf } from './parameter.js';
import type { SchemaChecks } from './schema-checks.js';

/** What one method of a path asks of a request. */
export interface Operation {
  readonly parameters: readonly Parameter[];
  /** Undefined: it takes no body. */
  readonly body: BodyRule | undefined;
}

/** Operations by method, in capitals. */
export type PathOperations = ReadonlyMap<string, Operation>;

/** As a path item names them. */
export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** @param path a path item (OpenAPI 3.1.1 §4.8.9). */
export function operationsOf(document: ApiDocument, path: Located, checks: SchemaChecks): PathOperations {
  const shared = parametersOf(document, path, checks);
  const operations = new Map(
    METHODS.flatMap((method) => {
      const at = document.child(path, method);
      return at ? [[method.toUpperCase(), operationOf(document, at, shared, checks)] as const] : [];
    }),
  );
  // RFC 9110 §9.3.2: the same as GET without the content.
  const get = operations.get('GET');
  if (get && !operations.has('HEAD')) operations.set('HEAD', get);
  return operations;
}

function operationOf(
  document: ApiDocument,
  at: Located,
  shared: readonly Parameter[],
  checks: SchemaChecks,
): Operation {
  const own = parametersOf(document, at, checks);
  const body = document.child(at, 'requestBody');
  return {
    parameters: [...shared.filter(({ key }) => own.every((one) => one.key !== key)), ...own],
    body: body && bodyRuleOf(document, body, checks),
  };
}

const parametersOf = (document: ApiDocument, at: Located, checks: SchemaChecks): Parameter[] =>
  document
    .children(document.list(at, 'parameters'))
    .flatMap(([, one]) => parameterOf(document, one, checks) ?? []);
