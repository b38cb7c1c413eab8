import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { ConfigDocument } from '../routes/config-document.js';
import { nearestOffset } from '../routes/yaml-place.js';
import { below, partsOf } from '../transform/json-pointer.js';
import { ApiDocument, DocumentMistake, isObject, type JsonObject } from './api-document.js';

/** Knows the specification itself, compiled when it is first needed. */
const structure = new Validator();
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** A document as it stands in a file. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Changes with the text. */
  readonly hash: string;
}

/** @throws Error for a file that cannot be read, or is larger than a document is. */
export async function readText(file: string): Promise<SourceText> {
  if ((await stat(file)).size > MAX_FILE_BYTES) throw new Error('is larger than 8 MiB');
  const text = await readFile(file, 'utf8');
  return { file, text, hash: createHash('sha256').update(text).digest('base64url') };
}

/**
 * Reads an OpenAPI document of version 3.0 or 3.1, in YAML or JSON.
 * @throws RoutesRejected when it is not YAML, DocumentMistake where it breaks the specification, or refers to what is not in it.
 */
export async function documentOf(source: SourceText): Promise<ApiDocument> {
  const root = valueOf(source);
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

/** `file:line:column` of a mistake. */
export function placeOf({ text, file }: SourceText, { pointer }: DocumentMistake): string {
  const document = new ConfigDocument(text, file);
  const { line, column } = document.at(nearestOffset(document.tree, partsOf(pointer)), pointer, '');
  return `${file}:${line}:${column}`;
}

/** @throws RoutesRejected when it is not YAML. */
function valueOf({ text, file }: SourceText): JsonObject {
  const value = jsonOf(text) ?? new ConfigDocument(text, file).value();
  if (!isObject(value)) throw new DocumentMistake('', 'is no object');
  return value;
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
