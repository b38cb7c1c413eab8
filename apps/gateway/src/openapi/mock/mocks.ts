import { setImmediate as turn } from 'node:timers/promises';
import { type ApiDocument, METHODS, PathIndex, type PathMatch } from '@gatehouse/openapi';
import { type MockResponses, mockResponsesOf } from './mock-responses.js';

/** Responses by method, in capitals. */
export type MockedPath = ReadonlyMap<string, MockResponses>;

/** The answers of an API, made of its document. */
export class Mocks {
  private constructor(private readonly paths: PathIndex<MockedPath>) {}

  /** @throws DocumentMistake where no example can be made. */
  static async of(document: ApiDocument): Promise<Mocks> {
    const all: [string, MockedPath][] = [];
    const paths = document.child({ node: document.root, pointer: '' }, 'paths');
    for (const [path, item] of document.children(paths)) {
      if (!path.startsWith('/')) continue; // an extension
      const methods = METHODS.flatMap((method) => {
        const operation = document.child(item, method);
        return operation
          ? [[method.toUpperCase(), mockResponsesOf(document, operation)] as [string, MockResponses]]
          : [];
      });
      all.push([path, withHead(new Map(methods))]);
      await turn();
    }
    return new Mocks(new PathIndex(all));
  }

  match(path: string): PathMatch<MockedPath> | undefined {
    return this.paths.match(path);
  }
}

/** RFC 9110 §9.3.2: the same as GET without the content. */
function withHead(methods: Map<string, MockResponses>): MockedPath {
  const get = methods.get('GET');
  return get && !methods.has('HEAD') ? methods.set('HEAD', get) : methods;
}
