import { resolve } from 'node:path';
import { RecentMap } from '../recent-map.js';
import { RoutesRejected } from '../routes/routes-rejected.js';
import type { RouteSpec } from '../routes/route-spec.js';
import { Api } from './api.js';
import { type ApiDocument, DocumentMistake } from './api-document.js';
import { Mocks } from './mock/mocks.js';
import { documentOf, placeOf, readText, type SourceText } from './read-document.js';

/** A document and what was made of it, each where some route asks for it. */
export interface LoadedApi {
  readonly document: ApiDocument;
  readonly api?: Api;
  readonly mocks?: Mocks;
}

/** A file that a route names, and what for. */
interface Need {
  readonly route: string;
  readonly field: string;
  readonly file: string;
  readonly use: 'api' | 'mocks';
}

/** Texts that are remembered, compiled: those in force, and what was lately. */
const REMEMBERED = 32;

/** Finds the document of a file that some route names. */
export type ApiOf = (file: string) => LoadedApi | undefined;

/** The OpenAPI documents that routes name. One that has not changed is not compiled again. */
export class ApiDocuments {
  private readonly known = new RecentMap<string, LoadedApi>(REMEMBERED);

  /**
   * Reads the documents of a set of routes.
   * @param folder what they are relative to.
   * @throws RoutesRejected with the place of what cannot be used.
   */
  async load(routes: readonly RouteSpec[], folder: string): Promise<ApiOf> {
    const byFile = new Map<string, LoadedApi>();
    for (const need of routes.flatMap(needsOf))
      byFile.set(need.file, await this.loaded({ ...need, file: resolve(folder, need.file) }));
    return (file) => byFile.get(file);
  }

  private async loaded(need: Need): Promise<LoadedApi> {
    const source = await textOf(need);
    const known = this.known.get(source.hash);
    if (known?.[need.use]) return known;
    try {
      const document = known?.document ?? (await documentOf(source));
      const made = need.use === 'api' ? { api: await Api.of(document) } : { mocks: await Mocks.of(document) };
      const loaded = { ...known, document, ...made };
      this.known.set(source.hash, loaded);
      return loaded;
    } catch (error) {
      throw rejected(need, source, error);
    }
  }
}

const needsOf = ({ id: route, openapi, mock }: RouteSpec): Need[] => [
  ...(openapi ? [{ route, field: 'openapi.file', file: openapi.file, use: 'api' } as const] : []),
  ...(mock ? [{ route, field: 'mock.openapi', file: mock.openapi, use: 'mocks' } as const] : []),
];

async function textOf({ route, field, file }: Need): Promise<SourceText> {
  try {
    return await readText(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RoutesRejected([`route ${route}, ${field}: ${file} cannot be read (${code ?? message})`]);
  }
}

function rejected({ route, field }: Need, source: SourceText, error: unknown): unknown {
  const at = `route ${route}, ${field}`;
  if (error instanceof RoutesRejected) return new RoutesRejected([`${at}: ${error.message}`]);
  if (!(error instanceof DocumentMistake)) return error;
  const { pointer, message } = error;
  return new RoutesRejected([`${at}: ${placeOf(source, error)} ${pointer || 'the document'}: ${message}`]);
}
