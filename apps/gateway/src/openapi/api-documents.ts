import { resolve } from 'node:path';
import { DocumentMistake } from '@gatehouse/openapi';
import { RecentMap } from '../recent-map.js';
import { RoutesRejected } from '../routes/routes-rejected.js';
import type { RouteSpec } from '../routes/route-spec.js';
import { type ApiOf, compiled, type DocumentUse, type LoadedApi } from './loaded-api.js';
import { placeOf, readText, type SourceText } from './read-document.js';

/** A document that a route names, and what for. */
export interface DocumentNeed {
  readonly route: string;
  readonly field: string;
  readonly file: string;
  readonly use: DocumentUse;
}

/** Texts that are remembered, compiled: those in force, and what was lately. */
const REMEMBERED = 32;

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

  private async loaded(need: DocumentNeed): Promise<LoadedApi> {
    const source = await textOf(need);
    try {
      const loaded = await compiled(source, need.use, this.known.get(source.hash));
      this.known.set(source.hash, loaded);
      return loaded;
    } catch (error) {
      throw rejected(need, source, error);
    }
  }
}

/** The documents that a route names. */
export const needsOf = ({ id: route, openapi, mock }: RouteSpec): DocumentNeed[] => [
  ...(openapi ? [{ route, field: 'openapi.file', file: openapi.file, use: 'api' } as const] : []),
  ...(mock ? [{ route, field: 'mock.openapi', file: mock.openapi, use: 'mocks' } as const] : []),
];

async function textOf({ route, field, file }: DocumentNeed): Promise<SourceText> {
  try {
    return await readText(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RoutesRejected([`route ${route}, ${field}: ${file} cannot be read (${code ?? message})`]);
  }
}

function rejected({ route, field }: DocumentNeed, source: SourceText, error: unknown): unknown {
  const mistake = mistakeIn(source, error);
  return mistake === undefined ? error : new RoutesRejected([`route ${route}, ${field}: ${mistake}`]);
}

/** What is wrong with a document, and where; `undefined`: something else is. */
export function mistakeIn(source: SourceText, error: unknown): string | undefined {
  if (error instanceof RoutesRejected) return error.message;
  if (!(error instanceof DocumentMistake)) return undefined;
  return `${placeOf(source, error)} ${error.pointer || 'the document'}: ${error.message}`;
}
