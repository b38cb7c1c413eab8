import { type GenericBar, Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';

const LINE_EVERY_MS = 2_000;
const FORMAT = '{label} {bar} {percentage}% | {value}/{total} | {rate}/s | {left} left';

/** How far a piece of work is: a bar where people watch, else a line every two seconds. */
export class Progress {
  readonly #bar: GenericBar | undefined;
  readonly #startMs = performance.now();
  #lineAtMs = performance.now();
  #done = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly label: string,
    private readonly total: number,
  ) {
    if (!terminal.interactive || total === 0) return;
    const stream = terminal.err;
    this.#bar = new SingleBar(
      { format: FORMAT, stream, hideCursor: true, clearOnComplete: false, fps: 10 },
      Presets.shades_classic,
    );
    this.#bar.start(total, 0, { label: label.padEnd(10), rate: 0, left: '?' });
  }

  /** Sets how much is done. */
  readonly update = (done: number): void => {
    this.#done = done;
    this.#bar?.update(done, { rate: this.#rate.toLocaleString('en'), left: this.#timeLeft });
    if (this.#bar || performance.now() - this.#lineAtMs < LINE_EVERY_MS) return;
    this.#lineAtMs = performance.now();
    const percentage = Math.floor((100 * done) / this.total);
    this.terminal.note(
      `${this.label}: ${done}/${this.total} (${percentage} %), ${this.#rate}/s, ${this.#timeLeft} left`,
    );
  };

  /** Ends the bar, or says in one line what was done. */
  stop(): void {
    if (this.#bar) this.#bar.stop();
    else this.terminal.note(`${this.label}: ${this.#done}/${this.total} in ${seconds(this.#elapsedMs)}`);
  }

  get #elapsedMs(): number {
    return performance.now() - this.#startMs;
  }

  get #rate(): number {
    return Math.round((1000 * this.#done) / Math.max(this.#elapsedMs, 1));
  }

  get #timeLeft(): string {
    if (this.#done === 0) return '?';
    return seconds((this.#elapsedMs / this.#done) * (this.total - this.#done));
  }
}

/** A duration for people. */
export function seconds(ms: number): string {
  if (ms < 100_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
