import { Writable } from 'node:stream';
import type { TerminalOptions } from '../src/terminal.js';

/** A terminal nobody watches, which keeps what was written. */
export class CapturedTerminal implements TerminalOptions {
  readonly interactive = false;
  readonly #abort = new AbortController();
  readonly #texts: { out: string; err: string } = { out: '', err: '' };
  readonly out = this.#capture('out');
  readonly err = this.#capture('err');
  readonly signal = this.#abort.signal;

  /** What was printed as the result. */
  get printed(): string {
    return this.#texts.out;
  }

  /** What was said beside it. */
  get noted(): string {
    return this.#texts.err;
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#abort.abort();
  }

  #capture(name: 'out' | 'err'): Writable {
    return new Writable({
      write: (chunk, _encoding, done) => {
        this.#texts[name] += String(chunk);
        done();
      },
    });
  }
}
