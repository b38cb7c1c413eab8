import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK = 2_000;

/** Events as text, one after the other, written beforehand: what is measured does not wait for them to be made. */
export class FeedFile {
  /** Where each ends, with the comma behind it. */
  private readonly ends = [0];

  private constructor(private readonly handle: FileHandle) {}

  static async create(folder: string): Promise<FeedFile> {
    return new FeedFile(await open(join(folder, 'feed.json'), 'w+'));
  }

  get count(): number {
    return this.ends.length - 1;
  }

  /** @param textOf the nth of all, from 0. */
  async append(count: number, textOf: (nth: number) => string): Promise<void> {
    const total = this.count + count;
    while (this.count < total) await this.appendChunk(Math.min(CHUNK, total - this.count), textOf);
  }

  /** Those from one up to, not including, another, with commas between and text around them. */
  async between(from: number, to: number, before: string, after: string): Promise<Buffer> {
    const [start, end] = [this.ends[from]!, this.ends[to]!];
    const length = Math.max(end - start - 1, 0);
    const whole = Buffer.allocUnsafe(before.length + length + after.length);
    whole.write(before, 'latin1');
    await this.handle.read(whole, before.length, length, start);
    whole.write(after, before.length + length, 'latin1');
    return whole;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async appendChunk(count: number, textOf: (nth: number) => string): Promise<void> {
    const texts = Array.from({ length: count }, (_, i) => Buffer.from(`${textOf(this.count + i)},`));
    await this.handle.write(Buffer.concat(texts), 0, undefined, this.ends.at(-1));
    for (const { length } of texts) this.ends.push(this.ends.at(-1)! + length);
  }
}
