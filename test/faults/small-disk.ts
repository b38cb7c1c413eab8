import { execFile } from 'node:child_process';
import { chmod, mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CHUNK = Buffer.alloc(1 << 20);

/** A file system of a few megabytes, in memory, that can be full. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** Only root may mount, and only on Linux is there a tmpfs. */
  static isPossible(): boolean {
    return platform() === 'linux' && process.getuid?.() === 0;
  }

  static async mount(megabytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    await chmod(folder, 0o711); // root's Postgres runs as another user, who must pass through
    return new SmallDisk(folder);
  }

  /** Takes all the room there is. */
  async fill(): Promise<void> {
    const file = await open(this.filler, 'w');
    try {
      for (;;) await file.write(CHUNK, 0, Math.min(CHUNK.length, await this.freeBytes()) || 1);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  async makeRoom(): Promise<void> {
    await rm(this.filler);
  }

  async unmount(): Promise<void> {
    await run('umount', [this.folder]);
    await rm(this.folder, { recursive: true });
  }

  private get filler(): string {
    return join(this.folder, 'filler');
  }

  private async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }
}
