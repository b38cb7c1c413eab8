import { dirname } from 'node:path';
import type { ConfigMistake } from '@gatehouse/contracts';
import type { Logger } from '@gatehouse/service';
import { type OwnPlaces, ownPlaces } from '../publishing/api-judge.js';
import type { PublishedDocuments } from '../publishing/documents/published-documents.js';
import type { PublishedApis } from '../publishing/published-apis.js';
import {
  noneServed,
  type PublishedRoutes,
  publishedRoutes,
  type Verdict,
} from '../publishing/published-routes.js';
import { KeySets } from '../tokens/fetched-keys.js';
import { JwtIssuers } from '../tokens/jwt-issuers.js';
import { readRoutes } from './read-routes.js';
import { compileRoutes, type Loaded, type Longlived, type RouteTable } from './route-table.js';
import type { RoutesFile } from './routes-file.js';
import { RoutesRejected } from './routes-rejected.js';

/** What {@link RouteCompiler} needs. */
export interface RouteCompilerOptions extends Longlived {
  /** Path of gateway.yaml. */
  readonly file: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly published: Pick<PublishedApis, 'all' | 'settle'>;
  readonly documents: PublishedDocuments;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** A text of gateway.yaml with all that it names, read: what is left of compiling it waits for nobody. */
export interface PreparedRoutes {
  readonly text: string;
  readonly routes: RoutesFile;
  readonly places: OwnPlaces;
  readonly loaded: Loaded;
}

/** What was found of a text. */
export interface CheckedText {
  readonly mistakes: readonly ConfigMistake[];
  /** None where there are mistakes. */
  readonly verdicts: readonly Verdict[];
}

/** Makes routes of gateway.yaml and of what is published. */
export class RouteCompiler {
  private readonly folder: string;
  private readonly keySets = new KeySets();

  constructor(private readonly options: RouteCompilerOptions) {
    this.folder = dirname(options.file);
  }

  /** What would be refused of a text, or what it would say to published APIs; nothing changes. */
  async check(text: string): Promise<CheckedText> {
    try {
      const { routes } = await this.read(text);
      const { verdicts } = this.publishedBy({ routes, places: ownPlaces(routes) });
      return { mistakes: [], verdicts };
    } catch (error) {
      if (error instanceof RoutesRejected) return { mistakes: error.mistakes, verdicts: [] };
      throw error;
    }
  }

  /** @throws RoutesRejected when the text, or a file that it names, breaks a rule. */
  async prepare(text: string): Promise<PreparedRoutes> {
    const { routes, ...loaded } = await this.read(text);
    const wafOf = await this.options.waf.load(routes, this.folder);
    return { text, routes, places: ownPlaces(routes), loaded: { ...loaded, wafOf } };
  }

  /**
   * In one turn, so that nobody sees a part of it. What others publish never keeps gateway.yaml from coming into force.
   * @throws RoutesRejected when a file that it names cannot be used any more.
   */
  compile({ routes, places, loaded }: PreparedRoutes): RouteTable {
    const { published: apis, documents } = this.options;
    apis.settle((offer) => documents.awaitedBy(offer) === null);
    const published = this.publishedBy({ routes, places });
    try {
      return compileRoutes(routes, published, loaded, this.options, this.folder);
    } catch (error) {
      if (error instanceof RoutesRejected || published.routes.length === 0) throw error;
      this.options.logger.error({ err: error }, 'published APIs cannot be compiled: none is served');
      return compileRoutes(routes, noneServed(published), loaded, this.options, this.folder);
    }
  }

  private publishedBy({ routes, places }: Pick<PreparedRoutes, 'routes' | 'places'>): PublishedRoutes {
    const { published, documents } = this.options;
    return publishedRoutes(published.all(), routes, places, documents);
  }

  private async read(text: string) {
    const { file, variables, apis } = this.options;
    const routes = readRoutes(text, file, variables);
    return {
      routes,
      issuers: await JwtIssuers.load(routes, this.folder, this.keySets),
      apiOf: await apis.load(routes.routes, this.folder),
    };
  }
}
