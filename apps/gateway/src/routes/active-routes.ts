import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConfigMistake } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import type { Logger } from '@gatehouse/service';
import { versionOf } from '../configuration/config-version.js';
import { DraftFile } from '../configuration/draft-file.js';
import { JwtIssuers } from '../tokens/jwt-issuers.js';
import { readRoutes } from './read-routes.js';
import { compileRoutes, type Longlived, type RouteTable } from './route-table.js';
import { RoutesRejected } from './routes-rejected.js';

/** What {@link ActiveRoutes} needs. */
export interface ActiveRoutesOptions extends Longlived {
  /** Path of gateway.yaml. */
  readonly file: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** A text of gateway.yaml that was in force. */
export interface ConfigText {
  readonly text: string;
  readonly version: string;
}

/** Another text came into force. */
export interface ConfigSwap {
  readonly before: ConfigText;
  readonly after: ConfigText;
  /** Who applied it, or `file`. */
  readonly author: string;
}

/** The routes in force. A reload swaps them at once; requests under way finish with those they began with. */
export class ActiveRoutes {
  /** Told of every change, once it is in force. */
  onChanged: (swap: ConfigSwap) => void = () => {};
  private rejection: string | null = null;
  private changing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: ActiveRoutesOptions,
    private table: RouteTable,
    private loaded: ConfigText,
  ) {}

  /** @throws RoutesRejected when the file breaks a rule: a gateway does not start without routes. */
  static async load(options: ActiveRoutesOptions): Promise<ActiveRoutes> {
    const text = await readText(options.file);
    return new ActiveRoutes(options, await compile(text, options), configText(text));
  }

  get current(): RouteTable {
    return this.table;
  }

  get inForce(): ConfigText {
    return this.loaded;
  }

  /** Why the latest file was refused; `null`: it is in force. */
  get rejected(): string | null {
    return this.rejection;
  }

  /** Reads the file again, one change after the other. A file that breaks a rule changes nothing but {@link rejected}. */
  reload(why: string): Promise<void> {
    return this.inTurn(() => this.reloadNow(why));
  }

  /** What would be refused of a text; nothing changes. */
  async check(text: string): Promise<readonly ConfigMistake[]> {
    try {
      await read(text, this.options);
      return [];
    } catch (error) {
      if (error instanceof RoutesRejected) return error.mistakes;
      throw error;
    }
  }

  /**
   * Puts a text in force and in the place of the file.
   * @param baseVersion of what it was made from.
   * @throws RoutesRejected, DomainError `conflict` or `config-read-only`; nothing has changed then.
   */
  apply(text: string, { baseVersion, author }: { baseVersion: string; author: string }): Promise<ConfigSwap> {
    return this.inTurn(async () => {
      await this.assertBase(baseVersion);
      const draft = await DraftFile.write(this.options.file, text);
      try {
        const table = await compile(text, this.options);
        await draft.replace();
        return this.swap(table, text, author, 'applied');
      } catch (error) {
        await draft.discard();
        await this.compileAgain();
        throw error;
      }
    });
  }

  /** What outlives a change may have been told of another text. */
  private async compileAgain(): Promise<void> {
    this.table = await compile(this.loaded.text, this.options).catch(() => this.table);
  }

  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.changing.then(change);
    this.changing = changed.catch(() => {});
    return changed;
  }

  private async assertBase(baseVersion: string): Promise<void> {
    const { version } = this.loaded;
    const { file } = this.options;
    if (baseVersion !== version)
      throw conflict(`In force is ${version} by now: compare with it ("gatehouse gateway diff") and repeat.`);
    if (this.rejection === null && versionOf(await readText(file)) !== version)
      throw conflict(
        `${file} was changed this very moment: compare with it ("gatehouse gateway diff") and repeat.`,
      );
  }

  private async reloadNow(why: string): Promise<void> {
    const { logger, file } = this.options;
    try {
      const text = await readText(file);
      const table = await compile(text, this.options);
      this.swap(table, text, 'file', why);
    } catch (error) {
      const reason = error instanceof RoutesRejected ? error.message : `${file}: ${String(error)}`;
      if (reason !== this.rejection)
        logger.error({ why, rejected: reason }, 'routes refused, the old ones stay');
      this.rejection = reason;
    }
  }

  private swap(table: RouteTable, text: string, author: string, why: string): ConfigSwap {
    const swap = { before: this.loaded, after: configText(text), author };
    const isOther = swap.before.version !== swap.after.version;
    const isNews = isOther || this.rejection !== null;
    this.table = table;
    this.loaded = swap.after;
    this.rejection = null;
    const { logger, file } = this.options;
    if (isNews) logger.info({ why, file, author, routes: table.views.length }, 'routes reloaded');
    if (isOther) this.onChanged(swap);
    return swap;
  }
}

const configText = (text: string): ConfigText => ({ text, version: versionOf(text) });

const conflict = (detail: string): DomainError => new DomainError('conflict', 'conflict', detail);

async function read(text: string, { file, variables, apis }: ActiveRoutesOptions) {
  const routes = readRoutes(text, file, variables);
  const folder = dirname(file);
  return {
    routes,
    issuers: await JwtIssuers.load(routes, folder),
    apiOf: await apis.load(routes.routes, folder),
  };
}

async function compile(text: string, options: ActiveRoutesOptions): Promise<RouteTable> {
  const { routes, ...loaded } = await read(text, options);
  const folder = dirname(options.file);
  const waf = await options.waf.load(routes, folder);
  return compileRoutes(routes, { ...loaded, waf }, options, folder);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RoutesRejected([`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}
