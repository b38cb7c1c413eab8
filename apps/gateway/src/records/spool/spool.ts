import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Logger } from '@gatehouse/service';
import { markerLine } from './batch-marker.js';
import { LineBuffer } from './line-buffer.js';
import { copyOf, emptyBatch, isFull, type OpenBatch } from './open-batch.js';
import { recoverSegment } from './recover-segment.js';
import { listSegments, newSegment, type Segment } from './segment.js';
import { SeqMark } from './seq-mark.js';
import { lockSpool } from './spool-lock.js';
import { streamIdOf } from './stream-id.js';

const BATCH_MS = 200;
const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;
const MIN_SEGMENTS = 16; // a full spool drops its oldest: one part in so many

/** What {@link Spool.open} needs. */
export interface SpoolOptions {
  readonly dir: string;
  readonly maxBytes: number;
  readonly gatewayId: string | undefined;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/**
 * The request records of this gateway on disk, until analytics holds them: append-only files of numbered batches.
 * Written synchronously, so that a record is on its way to the disk before its answer is on its way to the client.
 */
export class Spool {
  /** Names this count of batches and records. */
  readonly streamId: string;
  /** Records lost to a full or broken disk, or to the bound on the spool. */
  dropped = 0;
  /** Called when batches were closed. */
  onBatch: () => void = () => {};
  private readonly segments: Segment[];
  private readonly segmentBytes: number;
  private fd: number;
  private open: OpenBatch;
  private seq: number;
  private readonly lostUpTo: SeqMark;
  private readonly buffered = new LineBuffer();
  private bufferedRecords = 0;
  /** The open batch as the disk has it: where a failed write goes back to. */
  private committed: OpenBatch;
  private timer: NodeJS.Timeout | undefined;
  private failing = false;

  private constructor(private readonly options: SpoolOptions) {
    const { dir, gatewayId } = options;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    lockSpool(dir);
    this.streamId = streamIdOf(dir, gatewayId);
    this.segmentBytes = Math.min(MAX_SEGMENT_BYTES, options.maxBytes / MIN_SEGMENTS);
    this.segments = listSegments(dir);
    if (this.segments.length === 0) this.segments.push(newSegment(dir, 1, 1));
    this.fd = openSync(this.active.path, 'a+');
    const { nextBatch, openFrom, nextSeq, openTenants } = recoverSegment(this.active);
    this.lostUpTo = new SeqMark(dir);
    this.seq = Math.max(nextSeq, this.lostUpTo.read());
    this.open = {
      ...emptyBatch(nextBatch, openFrom),
      records: nextSeq - openFrom,
      tenants: new Set(openTenants),
    };
    this.committed = copyOf(this.open);
    this.cut(); // what the last run left open is a batch of its own
    this.commit();
  }

  static open = (options: SpoolOptions): Spool => new Spool(options);

  /** The newest closed batch; 0 before the first. */
  get lastBatch(): number {
    return this.committed.batch - 1;
  }

  /** The oldest batch that is held, or the next one when none is. */
  get oldestBatch(): number {
    return this.segments[0]!.firstBatch;
  }

  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The number of the next record. */
  nextSeq(): number {
    return this.seq++;
  }

  /** @param line one JSON object without line break, numbered by {@link nextSeq}. Nothing is written before {@link commit}. */
  append(tenant: string, line: string): void {
    this.buffered.add(line);
    this.bufferedRecords++;
    const { open } = this;
    open.records++;
    open.characters += line.length;
    open.tenants.add(tenant);
    if (isFull(open)) this.cut();
  }

  /** Writes what was appended, with one system call. A failure costs these records, which are counted, and nothing else. */
  commit(): void {
    if (this.buffered.length === 0) return;
    const closed = this.open.batch > this.committed.batch;
    const records = this.bufferedRecords;
    const written = this.write(this.buffered.bytes);
    this.buffered.clear();
    this.bufferedRecords = 0;
    if (written) this.committed = copyOf(this.open);
    else {
      this.dropped += records;
      this.open = copyOf(this.committed);
      this.lostUpTo.write(this.seq);
    }
    if (this.open.records > 0) this.timer ??= setTimeout(() => this.close(), BATCH_MS).unref();
    if (written && closed) this.onBatch();
  }

  /** Closes the open batch now. */
  close(): void {
    this.cut();
    this.commit();
  }

  /** Forgets segments that analytics holds for good. */
  trim(ingested: number): void {
    while (this.segments.length > 1 && this.segments[1]!.firstBatch - 1 <= ingested) this.removeOldest();
  }

  /** Where a closed batch lies: the path of its segment, or `undefined` when it is no longer held. */
  segmentOf(batch: number): Readonly<Segment> | undefined {
    return this.segments.findLast(({ firstBatch }) => firstBatch <= batch);
  }

  private get active(): Segment {
    return this.segments.at(-1)!;
  }

  /** Ends the open batch in the buffer, and the segment with it when that is full. */
  private cut(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { open } = this;
    if (open.records === 0) return;
    const { batch, from, tenants } = open;
    const to = this.seq - 1;
    const at = new Date().toISOString();
    this.buffered.add(markerLine({ batch, from, to, tenants: [...tenants].toSorted(), at }));
    this.open = emptyBatch(batch + 1, this.seq);
    if (this.active.bytes + this.buffered.length < this.segmentBytes) return;
    this.commit();
    if (this.open.records === 0 && this.active.bytes >= this.segmentBytes / 2) this.rotate();
  }

  private rotate(): void {
    const segment = newSegment(this.options.dir, this.open.batch, this.open.from);
    try {
      const fd = openSync(segment.path, 'a+');
      closeSync(this.fd);
      this.fd = fd;
      this.segments.push(segment);
    } catch (error) {
      this.fail(error); // go on in the full one
    }
    while (this.segments.length > 1 && this.bytes > this.options.maxBytes) {
      this.dropped += this.segments[1]!.firstSeq - this.segments[0]!.firstSeq;
      this.options.logger.warn(
        { segment: this.segments[0]!.path },
        'spool is full, its oldest records are dropped',
      );
      this.removeOldest();
    }
  }

  private removeOldest(): void {
    const oldest = this.segments.shift()!;
    rmSync(oldest.path, { force: true });
  }

  private write(bytes: Buffer): boolean {
    let done = 0;
    try {
      if (this.failing) ftruncateSync(this.fd, this.active.bytes); // no half line may stay in the middle
      while (done < bytes.length) done += writeSync(this.fd, bytes, done);
      this.active.bytes += bytes.length;
      this.failing = false;
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  private fail(error: unknown): void {
    if (!this.failing)
      this.options.logger.error({ err: error }, 'the spool cannot be written; records are dropped');
    this.failing = true;
  }
}
