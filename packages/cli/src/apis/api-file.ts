import { dirname } from 'node:path';
import { ApiTerms } from '@gatehouse/contracts';
import { parse } from 'yaml';
import { readTextFile } from '../read-text-file.js';
import { UsageError } from '../usage-error.js';
import { type LocalDocument, LocalDocuments } from './local-documents.js';

const MOST_NAMED = 10;
/** Aliases could blow a small file up to gigabytes. */
const MOST_ALIASES = 100;

/** What a file says of an API, and the documents that it names as files. */
export interface ApiFile {
  /** With the hashes of documents in the place of files. */
  readonly terms: ApiTerms;
  readonly documents: readonly LocalDocument[];
}

/**
 * Reads what a file says of an API.
 * @throws UsageError when it, or a document that it names, cannot be read, or with each field that breaks a rule.
 */
export async function readApiFile(path: string): Promise<ApiFile> {
  const documents = new LocalDocuments(dirname(path));
  const value = await documents.resolvedIn(valueOf(path, await readTextFile(path)));
  const { data, error } = ApiTerms.safeParse(value);
  if (data) return { terms: data, documents: documents.all };
  const mistakes = error.issues.slice(0, MOST_NAMED).map((issue) => {
    const field = issue.path.join('.');
    return field === '' ? `${path}: ${issue.message}` : `${path}: ${field}: ${issue.message}`;
  });
  throw new UsageError(mistakes.join('\n'));
}

function valueOf(path: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
