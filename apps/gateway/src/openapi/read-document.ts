import { readFile, stat } from 'node:fs/promises';
import {
  type ApiDocument,
  type DocumentMistake,
  documentHash,
  partsOf,
  readDocument,
} from '@gatehouse/openapi';
import { ConfigDocument } from '../routes/config-document.js';
import { nearestOffset } from '../routes/yaml-place.js';

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
  return sourceOf(file, await readFile(file, 'utf8'));
}

/** @param file named in errors. */
export const sourceOf = (file: string, text: string): SourceText => ({
  file,
  text,
  hash: documentHash(text),
});

/** @throws RoutesRejected when it is not YAML; else as {@link readDocument}. */
export const documentOf = ({ file, text }: SourceText): Promise<ApiDocument> =>
  readDocument(text, (yaml) => new ConfigDocument(yaml, file).value());

/** `file:line:column` of a mistake. */
export function placeOf({ text, file }: SourceText, { pointer }: DocumentMistake): string {
  const document = new ConfigDocument(text, file);
  const { line, column } = document.at(nearestOffset(document.tree, partsOf(pointer)), pointer, '');
  return `${file}:${line}:${column}`;
}
