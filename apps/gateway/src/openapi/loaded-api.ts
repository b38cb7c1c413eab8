import { Api, type ApiDocument } from '@gatehouse/openapi';
import { Mocks } from './mock/mocks.js';
import { documentOf, type SourceText } from './read-document.js';

/** What a route wants of a document. */
export type DocumentUse = 'api' | 'mocks';

/** A document and what was made of it, each where some route asks for it. */
export interface LoadedApi {
  readonly document: ApiDocument;
  readonly api?: Api;
  readonly mocks?: Mocks;
}

/** Finds the document that a route names. */
export type ApiOf = (name: string) => LoadedApi | undefined;

/**
 * Makes of a text what a route wants of it.
 * @param known what was made of it earlier.
 * @throws RoutesRejected when it is not YAML, DocumentMistake.
 */
export async function compiled(
  source: SourceText,
  use: DocumentUse,
  known: LoadedApi | undefined,
): Promise<LoadedApi> {
  if (known?.[use]) return known;
  const document = known?.document ?? (await documentOf(source));
  const made = use === 'api' ? { api: await Api.of(document) } : { mocks: await Mocks.of(document) };
  return { ...known, document, ...made };
}
