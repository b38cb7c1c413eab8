/** What is wrong, and where. */
export interface FlawPlace {
  /** The first bad entry; with `lastEntry`, it is one of these, and nothing says which. */
  entry?: number;
  lastEntry?: number;
}

/** The log, a checkpoint or the export is not what it claims to be. */
export class Flaw extends Error {
  readonly entry: number | undefined;
  readonly lastEntry: number | undefined;

  constructor(reason: string, { entry, lastEntry }: FlawPlace = {}) {
    super(reason);
    this.name = 'Flaw';
    this.entry = entry;
    this.lastEntry = lastEntry === entry ? undefined : lastEntry;
  }
}
