import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '@gatehouse/service';
import { JwtIssuers } from '../tokens/jwt-issuers.js';
import { readRoutes, RoutesRejected } from './read-routes.js';
import { compileRoutes, type Longlived, type RouteTable } from './route-table.js';

/** What {@link ActiveRoutes} needs. */
export interface ActiveRoutesOptions extends Longlived {
  /** Path of gateway.yaml. */
  readonly file: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** The routes in force. A reload swaps them at once; requests under way finish with those they began with. */
export class ActiveRoutes {
  private table: RouteTable;
  private rejection: string | null = null;
  private loadedText: string;
  private reloading: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: ActiveRoutesOptions,
    loaded: { text: string; table: RouteTable },
  ) {
    this.table = loaded.table;
    this.loadedText = loaded.text;
  }

  /** @throws RoutesRejected when the file breaks a rule: a gateway does not start without routes. */
  static async load(options: ActiveRoutesOptions): Promise<ActiveRoutes> {
    return new ActiveRoutes(options, await compile(options));
  }

  get current(): RouteTable {
    return this.table;
  }

  /** Why the latest file was refused; `null`: it is in force. */
  get rejected(): string | null {
    return this.rejection;
  }

  /** Reads the file again, one reload after the other. A file that breaks a rule changes nothing but {@link rejected}. */
  reload(why: string): Promise<void> {
    this.reloading = this.reloading.then(() => this.reloadNow(why));
    return this.reloading;
  }

  private async reloadNow(why: string): Promise<void> {
    const { logger, file } = this.options;
    try {
      const { text, table } = await compile(this.options);
      const isNews = text !== this.loadedText || this.rejection !== null;
      this.table = table;
      this.loadedText = text;
      this.rejection = null;
      if (isNews) logger.info({ why, file, routes: table.views.length }, 'routes reloaded');
    } catch (error) {
      const reason = error instanceof RoutesRejected ? error.message : `${file}: ${String(error)}`;
      if (reason !== this.rejection)
        logger.error({ why, rejected: reason }, 'routes refused, the old ones stay');
      this.rejection = reason;
    }
  }
}

async function compile(options: ActiveRoutesOptions): Promise<{ text: string; table: RouteTable }> {
  const text = await readText(options.file);
  const file = readRoutes(text, options.file, options.variables);
  const folder = dirname(options.file);
  const issuers = await JwtIssuers.load(file.issuers, file.introspection, folder);
  return { text, table: compileRoutes(file, issuers, options, folder) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RoutesRejected([`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}
