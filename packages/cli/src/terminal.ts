import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { createColors } from 'picocolors';

/** What a command may use of the process it runs in. */
export interface TerminalOptions {
  out: Writable;
  err: Writable;
  /** Whether people watch: then progress is drawn and output is coloured. */
  interactive: boolean;
  /** Asks the command to end, e.g. on Ctrl-C. */
  signal: AbortSignal;
}

/** Where a command writes: results to `out`, everything else to `err`. */
export class Terminal {
  readonly err: Writable;
  readonly interactive: boolean;
  readonly signal: AbortSignal;
  readonly colours: ReturnType<typeof createColors>;
  readonly #out: Writable;

  constructor({ out, err, interactive, signal }: TerminalOptions) {
    this.#out = out;
    this.err = err;
    this.interactive = interactive;
    this.signal = signal;
    this.colours = createColors(interactive);
  }

  /** Prints a line of the result; resolves when the reader is ready for more. */
  async print(line: string): Promise<void> {
    if (this.#out.write(`${line}\n`) || this.#out.destroyed) return;
    await once(this.#out, 'drain', { signal: this.signal }).catch(() => undefined);
  }

  /** Says something about the work under way. */
  note(line: string): void {
    this.err.write(`${line}\n`);
  }
}
