import { setImmediate as turn } from 'node:timers/promises';
import type { ApiDocument } from './api-document.js';
import { operationsOf, type PathOperations } from './operation.js';
import { PathIndex, type PathMatch } from './path-index.js';
import { SchemaChecks } from './schema-checks.js';

/** An API as its document describes it, ready to check requests. */
export class Api {
  private constructor(private readonly paths: PathIndex<PathOperations>) {}

  /**
   * Compiles every operation of a document; a large one takes seconds, in which other requests are served.
   * @throws DocumentMistake at the first that cannot be checked.
   */
  static async of(document: ApiDocument): Promise<Api> {
    const checks = new SchemaChecks(document);
    const all: [string, PathOperations][] = [];
    const paths = document.child({ node: document.root, pointer: '' }, 'paths');
    for (const [path, item] of document.children(paths)) {
      if (!path.startsWith('/')) continue; // an extension
      all.push([path, operationsOf(document, item, checks)]);
      await turn();
    }
    return new Api(new PathIndex(all));
  }

  match(path: string): PathMatch<PathOperations> | undefined {
    return this.paths.match(path);
  }
}
