import { NO_SLOT } from '../../slot-index.js';
import { MAX_NOTE_BYTES, type NoteBounds, NoteGeneration } from './note-generation.js';

/** Of each of the two generations. */
const BOUNDS: NoteBounds = { notes: 250_000, bytes: 64 * 2 ** 20 };

/**
 * What is written down of tokens, by their digests: as much of what was used last as fits in one generation, and at most
 * two of them. The older one is let go as a whole, so that nothing is ever moved or swept up.
 */
export class TokenNotes {
  private young: NoteGeneration;
  private old: NoteGeneration;

  constructor(private readonly bounds = BOUNDS) {
    this.young = new NoteGeneration(bounds);
    this.old = this.young;
  }

  /** @param digest SHA-256 of a token. */
  get(digest: Buffer): string | undefined {
    const { young, old } = this;
    const slot = young.find(digest);
    if (slot !== NO_SLOT) return young.textOf(slot);
    const aged = old.find(digest);
    if (aged === NO_SLOT) return undefined;
    const text = old.textOf(aged);
    this.set(digest, text);
    return text;
  }

  /** In place of what was noted before. A note that is too long is none. */
  set(digest: Buffer, text: string): void {
    this.delete(digest);
    const bytes = Buffer.from(text);
    if (bytes.length > MAX_NOTE_BYTES) return;
    if (this.young.isFull) {
      this.old = this.young;
      this.young = new NoteGeneration(this.bounds);
    }
    this.young.add(digest, bytes);
  }

  delete(digest: Buffer): void {
    this.young.remove(digest);
    this.old.remove(digest);
  }
}
