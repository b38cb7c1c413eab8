import { type FSWatcher, type StatsListener, unwatchFile, watch, watchFile } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Logger } from '@gatehouse/service';

/** Editors and config-map mounts touch a file several times for one save. */
const SETTLE_MS = 100;
/** Network file systems tell nobody of a change that another machine made. */
const LOOK_MS = 5_000;

/**
 * Calls back when a file may have changed. Watches the directory, because a save by rename (editors, Kubernetes
 * config maps) leaves a watch on the file itself with the old inode.
 */
export class RouteWatcher {
  private readonly watcher: FSWatcher;
  private timer: NodeJS.Timeout | undefined;
  private readonly onHangUp = () => this.changed('SIGHUP');
  private readonly onLook: StatsListener = () => this.settle();

  constructor(
    private readonly file: string,
    private readonly changed: (why: string) => void,
    logger: Pick<Logger, 'error'>,
  ) {
    this.watcher = watch(dirname(file), { persistent: false }, (_, name) => {
      // "..data" is the link Kubernetes swaps; some systems give no name at all.
      if (name === null || name === basename(file) || name === '..data') this.settle();
    });
    this.watcher.on('error', (error) => logger.error({ err: error }, 'gateway.yaml is no longer watched'));
    watchFile(file, { interval: LOOK_MS, persistent: false }, this.onLook);
    process.on('SIGHUP', this.onHangUp);
  }

  close(): void {
    clearTimeout(this.timer);
    this.watcher.close();
    unwatchFile(this.file, this.onLook);
    process.off('SIGHUP', this.onHangUp);
  }

  private settle(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed('file changed'), SETTLE_MS);
  }
}
