/** What {@link SlotIndex.find} answers when there is none. */
export const NO_SLOT = -1;

/** An entry: eleven bits of the hash above the slot, which is kept one higher, so that 0 is empty. */
const SLOT_BITS = 21;
const SLOT_MASK = 2 ** SLOT_BITS - 1;
/** How many records there may be. */
export const MAX_SLOTS = SLOT_MASK;

/** Each grows by itself: what one growth moves is a few thousand entries, however many there are in all. */
const SEGMENT_BITS = 8;
const FIRST_ENTRIES = 16;

interface Segment {
  entries: Uint32Array;
  count: number;
}

/** Whose records are found. */
export interface Slotted {
  /** 32 bits, the same as the record was added with. */
  hashOf(slot: number): number;
}

/**
 * Finds numbered records by a hash: open addressing with linear probing, outside V8's heap. It takes 5 to 11 bytes for
 * each record, so that of a million most of it stays in the processor's caches; whether a record is the one that is
 * meant, only the record says.
 */
export class SlotIndex {
  private readonly segments: Segment[] = Array.from({ length: 1 << SEGMENT_BITS }, () => ({
    entries: new Uint32Array(FIRST_ENTRIES),
    count: 0,
  }));

  constructor(private readonly records: Slotted) {}

  /** @param isMeant is asked about slots that may be of this hash. */
  find(hash: number, isMeant: (slot: number) => boolean): number {
    const { entries } = this.segmentOf(hash);
    const mask = entries.length - 1;
    for (let at = hash >>> SEGMENT_BITS; ; at++) {
      const entry = entries[at & mask]!;
      if (entry === 0) return NO_SLOT;
      if ((entry ^ hash) >>> SLOT_BITS !== 0) continue;
      const slot = (entry & SLOT_MASK) - 1;
      if (isMeant(slot)) return slot;
    }
  }

  /** @param slot below `MAX_SLOTS`, and not there yet. */
  add(hash: number, slot: number): void {
    if (slot >= MAX_SLOTS) throw new RangeError(`there is no room for a record ${slot}`);
    const segment = this.segmentOf(hash);
    if (++segment.count * 4 > segment.entries.length * 3) this.grow(segment);
    put(segment.entries, hash, slot);
  }

  /** A slot that is there. */
  remove(hash: number, slot: number): void {
    const segment = this.segmentOf(hash);
    const mask = segment.entries.length - 1;
    let at = (hash >>> SEGMENT_BITS) & mask;
    while ((segment.entries[at]! & SLOT_MASK) !== slot + 1) at = (at + 1) & mask;
    this.closeGap(segment.entries, at);
    segment.count--;
  }

  private segmentOf(hash: number): Segment {
    return this.segments[hash & ((1 << SEGMENT_BITS) - 1)]!;
  }

  private grow(segment: Segment): void {
    const { entries } = segment;
    segment.entries = new Uint32Array(2 * entries.length);
    for (const entry of entries) {
      if (entry === 0) continue;
      const slot = (entry & SLOT_MASK) - 1;
      put(segment.entries, this.records.hashOf(slot), slot);
    }
  }

  /** Moves up what was put further on because of the entry that goes (Knuth, TAOCP 6.4, algorithm R): no marks are left. */
  private closeGap(entries: Uint32Array, gap: number): void {
    const mask = entries.length - 1;
    for (let at = (gap + 1) & mask; entries[at] !== 0; at = (at + 1) & mask) {
      const home = this.records.hashOf((entries[at]! & SLOT_MASK) - 1) >>> SEGMENT_BITS;
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      entries[gap] = entries[at]!;
      gap = at;
    }
    entries[gap] = 0;
  }
}

function put(entries: Uint32Array, hash: number, slot: number): void {
  const mask = entries.length - 1;
  let at = (hash >>> SEGMENT_BITS) & mask;
  while (entries[at] !== 0) at = (at + 1) & mask;
  entries[at] = (hash & ~SLOT_MASK) | (slot + 1);
}
