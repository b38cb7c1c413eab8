/** How many there are of each status. */
export class StatusTally {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** @param counts to start with. */
  constructor(counts: Iterable<readonly [status: number, count: number]> = []) {
    for (const [status, count] of counts) this.add(status, count);
  }

  add(status: number, count = 1): void {
    this.#counts.set(status, this.of(status) + count);
    this.#total += count;
  }

  of(status: number): number {
    return this.#counts.get(status) ?? 0;
  }

  get total(): number {
    return this.#total;
  }

  /** In ascending order. */
  get statuses(): number[] {
    return [...this.#counts.keys()].toSorted((a, b) => a - b);
  }

  equals(other: StatusTally): boolean {
    return [...this.statuses, ...other.statuses].every((status) => this.of(status) === other.of(status));
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.statuses.map((status) => [status, this.of(status)]));
  }
}
