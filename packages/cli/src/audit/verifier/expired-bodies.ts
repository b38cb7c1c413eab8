import type { EntryLine } from './export-line.js';
import { Flaw } from './flaw.js';

/** By this the log says that bodies of entries before it may go. */
const STARTED = 'audit.retention-started.v1';

/** Entries without a body. Each must stand before an entry by which a run of the retention began. */
export class ExpiredBodies {
  #count = 0;
  #last = -1;
  #explainedBelow = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  add(index: number): void {
    this.#count += 1;
    this.#last = index;
  }

  /** Looks whether an entry begins a run; its event was found to be what its leaf was made of. */
  see({ index, event }: EntryLine): void {
    if (event['type'] === STARTED && event['source'] === 'audit') this.#explainedBelow = index;
  }

  /** @throws Flaw when a body is missing for which no run accounts. */
  end(): void {
    if (this.#last >= this.#explainedBelow)
      throw new Flaw('the entry has no body, and no run of the retention after it says why', {
        entry: this.#last,
      });
  }
}
