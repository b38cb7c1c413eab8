import { formatPosition, parsePosition, type Position } from '@gatehouse/kernel';
import type { Slotted } from '../../slot-index.js';
import type { ChangeKind, TokenChange } from '../token-changes.js';
import { hashOfIdWords, ID_WORDS, idOfWords } from './id-words.js';

/** Words of 32 bits. What every check reads stands together; the rest is apart from it. */
const SUBJECT_WORDS = ID_WORDS + 1;
const KIND = ID_WORDS;
const FACT_WORDS = 10;
const [OLDER, NEWER] = [8, 9];
/** Of 64 bits each. */
const [AT_MS, MARK, TX, SEQUENCE] = [0, 1, 2, 3];

const CHUNK_BITS = 16;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;
const MAX_COUNT = 2n ** 64n - 1n;

const KINDS: readonly ChangeKind[] = ['changed', 'suspended', 'revoked'];

interface Chunk {
  readonly subjects: Uint32Array;
  /** The same bytes, as what they hold. */
  readonly links: Uint32Array;
  readonly numbers: Float64Array;
  readonly counts: BigUint64Array;
}

/** Changes outside V8's heap, 64 bytes each, numbered from 0 on. More room is made four megabytes at a time. */
export class ChangeRecords implements Slotted {
  private readonly chunks: Chunk[] = [];
  private readonly free: number[] = [];
  private used = 0;

  get size(): number {
    return this.used - this.free.length;
  }

  /** @throws RangeError for a position that is none, before anything has happened. */
  add(change: TokenChange, mark: number): number {
    const place = placeOf(change);
    const slot = this.free.pop() ?? this.next();
    this.fill(slot, change, place, mark);
    return slot;
  }

  /** Throws as {@link add}. */
  replace(slot: number, change: TokenChange, mark: number): void {
    this.fill(slot, change, placeOf(change), mark);
  }

  remove(slot: number): void {
    this.free.push(slot);
  }

  read(slot: number): TokenChange {
    const { numbers } = this.chunkOf(slot);
    return {
      kind: this.kindOf(slot),
      position: this.positionOf(slot),
      atMs: numbers[wideAt(slot) + AT_MS]!,
    };
  }

  kindOf(slot: number): ChangeKind {
    return KINDS[this.chunkOf(slot).subjects[subjectAt(slot) + KIND]!]!;
  }

  markOf(slot: number): number {
    return this.chunkOf(slot).numbers[wideAt(slot) + MARK]!;
  }

  positionOf(slot: number): Position {
    const { counts } = this.chunkOf(slot);
    const wide = wideAt(slot);
    return formatPosition(counts[wide + TX]!, counts[wide + SEQUENCE]!);
  }

  /** @param id its words. */
  setId(slot: number, id: Uint32Array): void {
    this.chunkOf(slot).subjects.set(id, subjectAt(slot));
  }

  hasId(slot: number, id: Uint32Array): boolean {
    const { subjects } = this.chunkOf(slot);
    const from = subjectAt(slot);
    for (let n = 0; n < ID_WORDS; n++) if (subjects[from + n] !== id[n]) return false;
    return true;
  }

  idOf(slot: number): string {
    const from = subjectAt(slot);
    return idOfWords(this.chunkOf(slot).subjects.subarray(from, from + ID_WORDS));
  }

  hashOf(slot: number): number {
    return hashOfIdWords(this.chunkOf(slot).subjects, subjectAt(slot));
  }

  olderThan(slot: number): number {
    return this.chunkOf(slot).links[linkAt(slot) + OLDER]!;
  }

  newerThan(slot: number): number {
    return this.chunkOf(slot).links[linkAt(slot) + NEWER]!;
  }

  setOlder(slot: number, older: number): void {
    this.chunkOf(slot).links[linkAt(slot) + OLDER] = older;
  }

  setNewer(slot: number, newer: number): void {
    this.chunkOf(slot).links[linkAt(slot) + NEWER] = newer;
  }

  private next(): number {
    if (this.used >>> CHUNK_BITS === this.chunks.length) this.chunks.push(emptyChunk());
    return this.used++;
  }

  private fill(slot: number, { kind, atMs }: TokenChange, place: Place, mark: number): void {
    const { subjects, numbers, counts } = this.chunkOf(slot);
    const wide = wideAt(slot);
    subjects[subjectAt(slot) + KIND] = KINDS.indexOf(kind);
    numbers[wide + AT_MS] = atMs;
    numbers[wide + MARK] = mark;
    counts[wide + TX] = place.tx;
    counts[wide + SEQUENCE] = place.sequence;
  }

  private chunkOf(slot: number): Chunk {
    return this.chunks[slot >>> CHUNK_BITS]!;
  }
}

type Place = NonNullable<ReturnType<typeof parsePosition>>;

function placeOf({ position }: TokenChange): Place {
  const place = parsePosition(position);
  if (!place || place.tx > MAX_COUNT) throw new RangeError(`malformed position: ${position}`);
  return place;
}

const subjectAt = (slot: number): number => (slot & CHUNK_MASK) * SUBJECT_WORDS;
const linkAt = (slot: number): number => (slot & CHUNK_MASK) * FACT_WORDS;
const wideAt = (slot: number): number => (slot & CHUNK_MASK) * (FACT_WORDS / 2);

function emptyChunk(): Chunk {
  const length = CHUNK_MASK + 1;
  const facts = new ArrayBuffer(length * FACT_WORDS * Uint32Array.BYTES_PER_ELEMENT);
  return {
    subjects: new Uint32Array(length * SUBJECT_WORDS),
    links: new Uint32Array(facts),
    numbers: new Float64Array(facts),
    counts: new BigUint64Array(facts),
  };
}
