import { type FSWatcher, watch } from 'node:fs';
import type { Logger } from '@gatehouse/service';

/** A renewal touches several files. */
const SETTLE_MS = 200;

/** Calls back when something in one of the folders may have changed, also where files are renamed or links swapped. */
export class FolderWatcher {
  private readonly watchers: FSWatcher[];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    folders: ReadonlySet<string>,
    private readonly changed: () => void,
    logger: Pick<Logger, 'error'>,
  ) {
    this.watchers = [...folders].map((folder) =>
      watch(folder, { persistent: false }, () => this.settle()).on('error', (error) =>
        logger.error({ err: error, folder }, 'certificates are no longer watched'),
      ),
    );
  }

  close(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.close();
  }

  private settle(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.changed, SETTLE_MS);
  }
}
