import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import type { TileAddress } from '@gatehouse/tlog';
import {
  parseCheckpoint,
  parseNote,
  TILE_WIDTH,
  tilePath,
  tilesOf,
  TlogError,
  widthOf,
} from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { MIRROR_DIR } from '../audit.tokens.js';
import type { StoredCheckpoint } from '../checkpoint/checkpoint-store.js';
import type { IndexRange } from '../search/time-ranges.js';
import { LogTiles } from './log-tiles.js';

/**
 * Writes the log as files that any static file server can serve as a C2SP tlog-tiles log. The checkpoint comes last, so
 * that it never covers a tile that is not there.
 */
@Injectable()
export class LogMirror {
  private due: StoredCheckpoint | undefined;
  private shownSize = 0;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    @Inject(LogTiles) private readonly tiles: LogTiles,
    @Inject(MIRROR_DIR) private readonly folder: string | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Brings the mirror to a checkpoint that has been stored; returns at once. Of several at once, the largest is enough. */
  show(checkpoint: StoredCheckpoint): void {
    if (this.folder === undefined || checkpoint.size < this.shownSize) return;
    this.shownSize = checkpoint.size;
    this.due = checkpoint;
    this.stopped = false;
    this.running ??= this.work(this.folder).finally(() => (this.running = undefined));
  }

  /**
   * Writes those bundles anew in which bodies have expired, of a range of leaves. Resolves once no file holds them any more.
   * @param announced index of the entry that says why; the mirror has it first.
   * @throws when a file cannot be written, or the mirror is not that far.
   */
  async forget({ from, to }: IndexRange, announced: number): Promise<void> {
    if (this.folder === undefined) return;
    const { folder } = this;
    while (this.running) await this.running;
    const forgetting = this.rewrite({ from, to }, announced, folder);
    // What is shown meanwhile is written afterwards.
    this.running = forgetting
      .then(
        () => this.work(folder),
        () => this.work(folder),
      )
      .finally(() => (this.running = undefined));
    await forgetting;
  }

  private async rewrite({ from, to }: IndexRange, announced: number, folder: string): Promise<void> {
    const size = await mirroredSize(folder);
    if (size > from && size <= announced) throw new Error('the mirror has not come to the retention’s entry');
    for (const index of await this.tiles.bundlesWithExpired(from, Math.min(to, size))) {
      const width = widthOf({ level: 0, index }, size);
      await this.writeTile({ level: 'entries', index, width }, folder);
    }
  }

  /** Returns once nothing is being written any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async work(folder: string): Promise<void> {
    for (let checkpoint = this.due; checkpoint; checkpoint = this.due) {
      this.due = undefined;
      try {
        await this.bringTo(checkpoint, folder);
      } catch (error) {
        this.logger.warn(
          { err: error, folder },
          'the mirror could not be written: trying again at the next checkpoint',
        );
      }
    }
  }

  private async bringTo({ size, note }: StoredCheckpoint, folder: string): Promise<void> {
    for (const at of tilesOf(await mirroredSize(folder), size)) {
      if (this.stopped) return;
      const width = widthOf(at, size);
      await this.writeTile({ ...at, width }, folder);
      if (at.level === 0) await this.writeTile({ ...at, width, level: 'entries' }, folder);
    }
    await write(join(folder, 'checkpoint'), note);
  }

  private async writeTile(address: TileAddress, folder: string): Promise<void> {
    try {
      await write(join(folder, tilePath(address)), await this.tiles.content(address));
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      this.logger.error(
        { err: error, ...address },
        'an entry is too large for its bundle: the mirror does without it',
      );
    }
    // C2SP tlog-tiles: a partial tile may go once it is full.
    if (address.width === TILE_WIDTH)
      await rm(join(folder, `${tilePath(address)}.p`), { recursive: true, force: true });
  }
}

/** What the mirror holds already. */
async function mirroredSize(folder: string): Promise<number> {
  try {
    return parseCheckpoint(parseNote(await readFile(join(folder, 'checkpoint'), 'utf8')).text).size;
  } catch (error) {
    if (error instanceof TlogError || (error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** A reader sees the whole file or none. */
async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}
