import { NO_SLOT, type Slotted, SlotIndex } from '../../slot-index.js';

const DIGEST_BYTES = 32;
const LENGTH_BYTES = 2;
const HEAD_BYTES = DIGEST_BYTES + LENGTH_BYTES;
const CHUNK_BYTES = 2 ** 20;
/** The longest note. */
export const MAX_NOTE_BYTES = 8 * 1024;

/** How much a generation holds at most. */
export interface NoteBounds {
  readonly notes: number;
  readonly bytes: number;
}

/** Notes that were written one after the other, and are forgotten together: a digest, a length, a text. Outside V8's heap. */
export class NoteGeneration implements Slotted {
  private readonly index = new SlotIndex(this);
  private readonly chunks: Buffer[] = [];
  /** Where each begins, in bytes over all chunks. */
  private readonly starts: Uint32Array;
  private count = 0;
  /** In the last chunk. */
  private used = CHUNK_BYTES;
  private asked: Buffer = Buffer.alloc(DIGEST_BYTES);

  constructor(private readonly bounds: NoteBounds) {
    this.starts = new Uint32Array(bounds.notes);
  }

  get isFull(): boolean {
    const isLastChunk = (this.chunks.length + 1) * CHUNK_BYTES > this.bounds.bytes;
    return this.count === this.bounds.notes || (isLastChunk && !this.hasRoomFor(MAX_NOTE_BYTES));
  }

  /** @returns the number of a note, or `NO_SLOT`. */
  find(digest: Buffer): number {
    this.asked = digest;
    return this.index.find(digest.readUInt32LE(), this.isAsked);
  }

  textOf(slot: number): string {
    const { chunk, at } = this.placeOf(slot);
    const from = at + HEAD_BYTES;
    return chunk.toString('utf8', from, from + chunk.readUInt16LE(from - LENGTH_BYTES));
  }

  /** One that is not in it; to be asked while it is not full. */
  add(digest: Buffer, text: Buffer): void {
    if (!this.hasRoomFor(text.length)) {
      this.chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.used = 0;
    }
    const chunk = this.chunks.at(-1)!;
    digest.copy(chunk, this.used);
    chunk.writeUInt16LE(text.length, this.used + DIGEST_BYTES);
    text.copy(chunk, this.used + HEAD_BYTES);
    this.starts[this.count] = (this.chunks.length - 1) * CHUNK_BYTES + this.used;
    this.used += HEAD_BYTES + text.length;
    this.index.add(digest.readUInt32LE(), this.count++);
  }

  remove(digest: Buffer): void {
    const slot = this.find(digest);
    if (slot !== NO_SLOT) this.index.remove(digest.readUInt32LE(), slot);
  }

  hashOf(slot: number): number {
    const { chunk, at } = this.placeOf(slot);
    return chunk.readUInt32LE(at);
  }

  private readonly isAsked = (slot: number): boolean => {
    const { chunk, at } = this.placeOf(slot);
    return chunk.compare(this.asked, 0, DIGEST_BYTES, at, at + DIGEST_BYTES) === 0;
  };

  private hasRoomFor(textBytes: number): boolean {
    return this.used + HEAD_BYTES + textBytes <= CHUNK_BYTES;
  }

  private placeOf(slot: number): { chunk: Buffer; at: number } {
    const start = this.starts[slot]!;
    return { chunk: this.chunks[Math.floor(start / CHUNK_BYTES)]!, at: start % CHUNK_BYTES };
  }
}
