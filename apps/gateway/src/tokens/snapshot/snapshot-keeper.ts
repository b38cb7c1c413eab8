import { join } from 'node:path';
import type { Logger } from '@gatehouse/service';
import { fromBootInstant, toBootInstant } from './boot-instant.js';
import { type FeedPlace, type Kept, readSnapshot, snapshotKey, writeSnapshot } from './snapshot-file.js';

const EVERY_MS = 5_000;
/** A large snapshot is written less often, so that it takes a hundredth of the time at most. */
const SHARE = 100;

/** What {@link SnapshotKeeper} needs. */
export interface SnapshotKeeperOptions extends Kept {
  /** Where the spool lies. */
  readonly dir: string;
  readonly serviceToken: string;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** The view of the tokens as it stands. */
export interface ViewState {
  readonly place: FeedPlace | undefined;
  /** `performance.now()` when it was last known complete. */
  readonly asOf: number;
}

/** Keeps the view of revoked and changed tokens, and of published APIs, on disk, so that a restart does not follow the feed from its beginning (S3). */
export class SnapshotKeeper {
  private readonly path: string;
  private readonly key: Buffer;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private stopped = false;
  private failed = false;

  constructor(private readonly options: SnapshotKeeperOptions) {
    this.path = join(options.dir, 'revocations.snapshot');
    this.key = snapshotKey(options.serviceToken);
  }

  /** Restores the latest snapshot. A damaged one is as good as none: nothing of it is believed. */
  restore(): ViewState {
    const { changes, published, logger } = this.options;
    try {
      const snapshot = readSnapshot(this.path, this.key);
      if (snapshot) {
        const { place, forgotten, asOf } = snapshot;
        changes.restore(snapshot.changes, forgotten);
        published.restore(snapshot.apis);
        logger.info(
          { changes: changes.size, apis: published.size, position: place.position },
          'revocations restored',
        );
        return { place, asOf: fromBootInstant(asOf) };
      }
    } catch (error) {
      logger.error(
        { err: error },
        'the snapshot of revocations is not believed; the feed is read from its beginning',
      );
    }
    return { place: undefined, asOf: Number.NEGATIVE_INFINITY };
  }

  /** Writes from now on. */
  start(state: () => ViewState): void {
    const next = (ms: number) => {
      this.timer = setTimeout(() => {
        this.writing = this.write(state()).then((tookMs) => {
          if (!this.stopped) next(Math.max(EVERY_MS, tookMs * SHARE));
        });
      }, ms).unref();
    };
    next(EVERY_MS);
  }

  /** Writes a last time. */
  async stop(state: ViewState): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.writing;
    await this.write(state);
  }

  private async write({ place, asOf }: ViewState): Promise<number> {
    const startedAt = performance.now();
    if (!place) return 0; // nothing was heard yet, and what is on disk may know more
    try {
      const instant = toBootInstant(asOf);
      await writeSnapshot(this.path, this.key, this.options, {
        place,
        ...(instant ? { asOf: instant } : {}),
      });
      this.failed = false;
    } catch (error) {
      if (!this.failed)
        this.options.logger.warn({ err: error }, 'the snapshot of revocations cannot be written');
      this.failed = true;
    }
    return performance.now() - startedAt;
  }
}
