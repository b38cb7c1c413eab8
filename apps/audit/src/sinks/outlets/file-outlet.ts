import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SinkSpec } from '@gatehouse/contracts';
import { lineOf } from '../entry-format.js';
import type { OutgoingEntry, Outlet, Sent } from '../outlet.js';
import { DELIVERED } from '../outlet.js';

type FileSpec = Extract<SinkSpec, { kind: 'file' }>;

const TAIL_BYTES = 64 * 1024;

/**
 * Appends lines to a file, on disk before they count as delivered. A full file is renamed to `<path>.<first index after it>`,
 * of which the newest are kept.
 */
export class FileOutlet implements Outlet {
  private file: FileHandle | undefined;
  private bytes = 0;

  constructor(
    private readonly spec: FileSpec,
    private readonly logName: string,
  ) {}

  async send(entries: readonly OutgoingEntry[]): Promise<readonly Sent[]> {
    if (this.bytes >= this.spec.rotateBytes) await this.rotate(entries[0]!.index);
    this.file ??= await this.opened();
    const text = entries.map((entry) => `${lineOf(entry, this.spec.format, this.logName)}\n`).join('');
    try {
      this.bytes += (await this.file.write(text)).bytesWritten;
      await this.file.datasync();
    } catch (error) {
      await this.close(); // what was written in part is cut off when it is opened again
      throw error;
    }
    return entries.map(() => DELIVERED);
  }

  async close(): Promise<void> {
    const file = this.file;
    this.file = undefined;
    await file?.close();
  }

  private async opened(): Promise<FileHandle> {
    await mkdir(dirname(this.spec.path), { recursive: true, mode: 0o700 });
    const file = await open(this.spec.path, 'a+', 0o600);
    this.bytes = await wholeLines(file);
    await file.truncate(this.bytes);
    return file;
  }

  private async rotate(nextIndex: number): Promise<void> {
    await this.close();
    await rename(this.spec.path, `${this.spec.path}.${String(nextIndex).padStart(15, '0')}`);
    this.bytes = 0;
    const name = basename(this.spec.path);
    const rotated = (await readdir(dirname(this.spec.path)))
      .filter((file) => file.startsWith(`${name}.`) && /^\d{15}$/.test(file.slice(name.length + 1)))
      .toSorted();
    for (const old of rotated.slice(0, -this.spec.keep)) await rm(join(dirname(this.spec.path), old));
  }
}

/** How much of a file ends in a line end: a crash may have left the beginning of a line behind it. */
async function wholeLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  for (let end = size; end > 0; end -= TAIL_BYTES) {
    const from = Math.max(0, end - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - from), 0, end - from, from);
    const at = buffer.subarray(0, bytesRead).lastIndexOf('\n');
    if (at >= 0) return from + at + 1;
  }
  return 0;
}
