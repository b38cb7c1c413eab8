/** The latest entries, and no more of them than fit. */
export class RecentRing<T> {
  private readonly entries: T[] = [];
  private next = 0;

  constructor(private readonly capacity: number) {}

  /** @returns its place, which the entry that was there before has lost. */
  add(entry: T): number {
    const place = this.next;
    this.entries[place] = entry;
    this.next = place + 1 === this.capacity ? 0 : place + 1;
    return place;
  }

  /** The youngest entry that fits; looks at all of them. */
  latest(fits: (entry: T) => boolean): { readonly entry: T; readonly place: number } | undefined {
    const { entries, next } = this;
    const before = entries.findLastIndex((entry, i) => i < next && fits(entry));
    const place = before >= 0 ? before : entries.findLastIndex(fits); // then it is behind
    return place < 0 ? undefined : { entry: entries[place]!, place };
  }
}
