import { readFile } from 'node:fs/promises';
import { DomainError } from '@gatehouse/kernel';
import { versionOf } from '../configuration/config-version.js';
import { DraftFile } from '../configuration/draft-file.js';
import { newsIn, type Verdict } from '../publishing/published-routes.js';
import {
  type CheckedText,
  type PreparedRoutes,
  RouteCompiler,
  type RouteCompilerOptions,
} from './route-compiler.js';
import type { RouteTable } from './route-table.js';
import { RoutesRejected } from './routes-rejected.js';

const MOST_LOGGED = 20;

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

  private loaded: ConfigText;
  private table: RouteTable;

  private constructor(
    private readonly options: RouteCompilerOptions,
    private readonly compiler: RouteCompiler,
    private prepared: PreparedRoutes,
  ) {
    this.loaded = configText(prepared.text);
    this.table = compiler.compile(prepared);
    this.tellOfApis([]);
    options.documents.want(this.table.documents);
  }

  /** @throws RoutesRejected when the file breaks a rule: a gateway does not start without routes. */
  static async load(options: RouteCompilerOptions): Promise<ActiveRoutes> {
    const compiler = new RouteCompiler(options);
    return new ActiveRoutes(options, compiler, await compiler.prepare(await readText(options.file)));
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

  /** Other APIs are published now. What was in force stays where they cannot be compiled. */
  followPublished(): Promise<void> {
    return this.inTurn(async () => {
      const before = this.table.verdicts;
      try {
        this.put(this.compiler.compile(this.prepared));
        this.tellOfApis(before);
      } catch (error) {
        this.options.logger.error({ err: error }, 'published APIs are not followed: the routes stay');
      }
    });
  }

  check(text: string): Promise<CheckedText> {
    return this.compiler.check(text);
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
        const prepared = await this.compiler.prepare(text);
        const table = this.compiler.compile(prepared);
        await draft.replace();
        return this.swap(prepared, table, author, 'applied');
      } catch (error) {
        await draft.discard();
        await this.compileAgain();
        throw error;
      }
    });
  }

  /** What outlives a change may have been told of another text. */
  private async compileAgain(): Promise<void> {
    try {
      this.prepared = await this.compiler.prepare(this.prepared.text);
      this.put(this.compiler.compile(this.prepared));
    } catch {
      // A file that it names is gone: what was compiled of it stays.
    }
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
      const prepared = await this.compiler.prepare(text);
      this.swap(prepared, this.compiler.compile(prepared), 'file', why);
    } catch (error) {
      const reason = error instanceof RoutesRejected ? error.message : `${file}: ${String(error)}`;
      if (reason !== this.rejection)
        logger.error({ why, rejected: reason }, 'routes refused, the old ones stay');
      this.rejection = reason;
    }
  }

  private swap(prepared: PreparedRoutes, table: RouteTable, author: string, why: string): ConfigSwap {
    const swap = { before: this.loaded, after: configText(prepared.text), author };
    const isOther = swap.before.version !== swap.after.version;
    const isNews = isOther || this.rejection !== null;
    const { verdicts } = this.table;
    this.prepared = prepared;
    this.put(table);
    this.loaded = swap.after;
    this.rejection = null;
    const { logger, file } = this.options;
    if (isNews) logger.info({ why, file, author, routes: table.views.length }, 'routes reloaded');
    this.tellOfApis(verdicts);
    if (isOther) this.onChanged(swap);
    return swap;
  }

  private put(table: RouteTable): void {
    this.table = table;
    this.options.documents.want(table.documents);
  }

  private tellOfApis(before: readonly Verdict[]): void {
    const news = newsIn(before, this.table.verdicts);
    const { logger } = this.options;
    for (const { api, tenant, name, reason, behind } of news.slice(0, MOST_LOGGED))
      if (reason !== null) logger.warn({ api, tenant, name, reason }, 'published API not served');
      else if (behind === null) logger.info({ api, tenant, name }, 'published API served');
      else logger.warn({ api, tenant, name, reason: behind }, 'published API served as it was before');
    if (news.length > MOST_LOGGED)
      logger.info({ more: news.length - MOST_LOGGED }, 'and other published APIs');
  }
}

const configText = (text: string): ConfigText => ({ text, version: versionOf(text) });

const conflict = (detail: string): DomainError => new DomainError('conflict', 'conflict', detail);

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RoutesRejected([`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}
