import type { ChangeRecords } from './change-records.js';

const NOBODY = 0xffff_ffff;

/** The order in which records were written, oldest first: a list that is linked through the records themselves. */
export class AgeOrder {
  private first = NOBODY;
  private last = NOBODY;
  private readonly readers = new Set<{ next: number }>();

  constructor(private readonly records: ChangeRecords) {}

  /** @returns `undefined` when there is none. */
  get oldest(): number | undefined {
    return this.first === NOBODY ? undefined : this.first;
  }

  /** A record that is not in it becomes the newest. */
  append(slot: number): void {
    this.records.setOlder(slot, this.last);
    this.records.setNewer(slot, NOBODY);
    if (this.last === NOBODY) this.first = slot;
    else this.records.setNewer(this.last, slot);
    this.last = slot;
  }

  remove(slot: number): void {
    const { records } = this;
    const [older, newer] = [records.olderThan(slot), records.newerThan(slot)];
    if (older === NOBODY) this.first = newer;
    else records.setNewer(older, newer);
    if (newer === NOBODY) this.last = older;
    else records.setOlder(newer, older);
    for (const reader of this.readers) if (reader.next === slot) reader.next = newer;
  }

  /** All readers are at their end. */
  clear(): void {
    this.first = NOBODY;
    this.last = NOBODY;
    for (const reader of this.readers) reader.next = NOBODY;
  }

  /** From the oldest on. What comes and goes while somebody reads, he misses nothing else by. */
  *[Symbol.iterator](): IterableIterator<number> {
    const reader = { next: this.first };
    this.readers.add(reader);
    try {
      while (reader.next !== NOBODY) {
        const slot = reader.next;
        reader.next = this.records.newerThan(slot);
        yield slot;
      }
    } finally {
      this.readers.delete(reader);
    }
  }
}
