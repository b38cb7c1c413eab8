import { Validator } from '@seriousme/openapi-schema-validator';
import { parse } from 'yaml';
import { ApiDocument, DocumentMistake, isObject, type JsonObject } from './api-document.js';
import { below } from './json-pointer.js';

/** Knows the specification itself, compiled when it is first needed. */
const structure = new Validator();
/** Aliases could blow a small text up to gigabytes: https://en.wikipedia.org/wiki/Billion_laughs_attack */
const MOST_ALIASES = 100;

/**
 * Reads an OpenAPI document of version 3.0 or 3.1, in YAML or JSON.
 * @param ofYaml reads YAML; absent: a reader whose mistakes name line and column.
 * @throws DocumentMistake where it is not YAML, breaks the specification, or refers to what is not in it; and what `ofYaml`
 * throws.
 */
export async function readDocument(text: string, ofYaml = yamlOf): Promise<ApiDocument> {
  const root = jsonOf(text) ?? ofYaml(text);
  if (!isObject(root)) throw new DocumentMistake('', 'is no object');
  const version = /^3\.([01])\./.exec(String(root['openapi']))?.[1];
  if (version === undefined)
    throw new DocumentMistake('/openapi', 'is not 3.0.x or 3.1.x: convert the document');
  const document = new ApiDocument(root, version === '0' ? '3.0' : '3.1');
  checkReferences(document, root, '', new Set());
  const { errors } = await structure.validate(structuredClone(root));
  if (typeof errors === 'string') throw new DocumentMistake('', errors);
  // Of the ways a part may be written, the mistake farthest in is in the one that was meant.
  const [worst] = (errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  if (worst) throw new DocumentMistake(worst.instancePath, worst.message ?? worst.keyword);
  return document;
}

/** JSON is YAML too, but a hundred times quicker to read as what it is. */
function jsonOf(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // the other reader says where
  }
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: MOST_ALIASES }) as unknown;
  } catch (error) {
    const [said = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new DocumentMistake('', `is not YAML: ${said.replace(/:$/, '')}`);
  }
}

/** What shows values rather than describes them may hold anything. */
const EXAMPLES = new Set(['example', 'examples', 'default', 'enum', 'const']);

function checkReferences(document: ApiDocument, value: unknown, pointer: string, seen: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value); // an alias of YAML is one object in several places
  for (const [name, one] of Object.entries(value)) {
    if (name === '$ref' && typeof one === 'string') document.at(one, pointer);
    else if (!EXAMPLES.has(name)) checkReferences(document, one, below(pointer, name), seen);
  }
}
