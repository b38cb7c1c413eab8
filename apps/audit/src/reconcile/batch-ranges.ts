/** Whole numbers from `from` to `to`, both included. */
export interface Range {
  from: number;
  to: number;
}

/** Which of a gateway's batches, numbered from 1, have been seen; kept as ranges, of which there is usually one. */
export class BatchRanges {
  private readonly ranges: Range[] = [];

  add(batch: number): void {
    // Batches come almost in order: the place is near the end.
    let at = this.ranges.length;
    while (at > 0 && this.ranges[at - 1]!.from > batch) at -= 1;
    const before = this.ranges[at - 1];
    const after = this.ranges[at];
    if (before && batch <= before.to) return;
    const joins = { before: before?.to === batch - 1, after: after?.from === batch + 1 };
    if (joins.before && joins.after) this.ranges.splice(at - 1, 2, { from: before!.from, to: after!.to });
    else if (joins.before) before!.to = batch;
    else if (joins.after) after!.from = batch;
    else this.ranges.splice(at, 0, { from: batch, to: batch });
  }

  /** How many were seen. */
  get count(): number {
    return this.ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  }

  get highest(): number {
    return this.ranges.at(-1)?.to ?? 0;
  }

  /** Between 1 and the highest, what was not seen. */
  holes(): Range[] {
    return this.ranges
      .map(({ from }, i) => ({ from: (this.ranges[i - 1]?.to ?? 0) + 1, to: from - 1 }))
      .filter(({ from, to }) => from <= to);
  }
}
