/** The latest entries, and no more of them than fit. */
export class RecentRing<T> {
  private readonly entries: T[] = [];
  private next = 0;

  constructor(private readonly capacity: number) {}

  add(entry: T): void {
    this.entries[this.next] = entry;
    this.next = this.next + 1 === this.capacity ? 0 : this.next + 1;
  }

  /** The youngest entry that fits; looks at all of them. */
  latest(fits: (entry: T) => boolean): T | undefined {
    const { entries, next } = this;
    return (
      entries.findLast((entry, i) => i < next && fits(entry)) ??
      entries.findLast((entry, i) => i >= next && fits(entry))
    );
  }
}
