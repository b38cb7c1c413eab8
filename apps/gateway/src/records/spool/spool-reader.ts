import { type FileHandle, open } from 'node:fs/promises';
import { type BatchMarker, MARKER_START, parseMarker } from './batch-marker.js';
import type { Spool } from './spool.js';

/** Holds any batch with its marker (see `isFull`). */
const WINDOW_BYTES = 1024 * 1024;

/** A closed batch as the spool holds it. */
export interface SpooledBatch {
  readonly marker: BatchMarker;
  /** One JSON object each, in UTF-8, with a line feed in between. Overwritten by the next read. */
  readonly lines: Buffer;
}

interface Cursor {
  readonly path: string;
  readonly file: FileHandle;
  batch: number;
  offset: number;
}

/** Reads closed batches back, one after the other; going back costs a scan of one segment. */
export class SpoolReader {
  private cursor: Cursor | undefined;
  private readonly window = Buffer.allocUnsafe(WINDOW_BYTES);

  constructor(private readonly spool: Pick<Spool, 'segmentOf'>) {}

  /** @returns `undefined` when the spool no longer holds the batch. One call at a time. */
  async read(batch: number): Promise<SpooledBatch | undefined> {
    const cursor = await this.seek(batch);
    if (!cursor) return undefined;
    const { marker, lines, end } = await this.batchAt(cursor);
    cursor.batch = marker.batch + 1;
    cursor.offset = end;
    return { marker, lines };
  }

  async close(): Promise<void> {
    await this.cursor?.file.close();
    this.cursor = undefined;
  }

  private async seek(batch: number): Promise<Cursor | undefined> {
    const segment = this.spool.segmentOf(batch);
    if (!segment) return undefined;
    if (this.cursor?.path !== segment.path || this.cursor.batch > batch) {
      await this.close();
      const { path, firstBatch } = segment;
      this.cursor = { path, file: await open(path, 'r'), batch: firstBatch, offset: 0 };
    }
    const { cursor } = this;
    while (cursor.batch < batch) {
      const { marker, end } = await this.batchAt(cursor);
      cursor.batch = marker.batch + 1;
      cursor.offset = end;
    }
    return cursor;
  }

  private async batchAt({ file, offset }: Cursor): Promise<SpooledBatch & { end: number }> {
    const { bytesRead } = await file.read(this.window, 0, WINDOW_BYTES, offset);
    const data = this.window.subarray(0, bytesRead);
    const lineEnd = data.indexOf(`\n${MARKER_START}`);
    const markerEnd = data.indexOf('\n', lineEnd + 1);
    if (lineEnd < 0 || markerEnd < 0) throw new Error(`no whole batch at byte ${offset} of a spool segment`);
    const marker = parseMarker(data.toString('utf8', lineEnd + 1, markerEnd));
    return { marker, lines: data.subarray(0, lineEnd), end: offset + markerEnd + 1 };
  }
}
