import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackDebianPackage } from '@gatehouse/testing';

/** A wall clock that can be set while a process runs; its monotonic clock goes on as ever (Debian's libfaketime). */
export class FakeClock {
  private constructor(private readonly dir: string) {}

  static async make(): Promise<FakeClock> {
    const clock = new FakeClock(await mkdtemp(join(tmpdir(), 'clock-')));
    await unpackDebianPackage('libfaketime', clock.dir);
    await clock.set(0);
    return clock;
  }

  /** What a process is started with that goes by it. */
  get environment(): Record<string, string> {
    const architecture = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
    return {
      LD_PRELOAD: join(this.dir, 'unpacked/usr/lib', architecture, 'faketime/libfaketimeMT.so.1'),
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** @param seconds off the true time. */
  async set(seconds: number): Promise<void> {
    await writeFile(`${this.file}.new`, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
    await rename(`${this.file}.new`, this.file);
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true });
  }

  private get file(): string {
    return join(this.dir, 'time');
  }
}
