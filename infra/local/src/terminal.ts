import type { Writable } from 'node:stream';
import pc from 'picocolors';

const REDRAW_MS = 100;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Where progress is shown: on a terminal with a live last line, elsewhere one plain line per step. */
export class Terminal {
  readonly #since = performance.now();
  readonly #pending = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(
    private readonly out: Writable & { isTTY?: boolean; columns?: number },
    private readonly err: Writable,
  ) {}

  /** A step begins. */
  begin(step: string): void {
    this.#pending.add(step);
    if (!this.out.isTTY) return;
    this.#timer ??= setInterval(() => this.#redraw(), REDRAW_MS).unref();
    this.#redraw();
  }

  /** A step has succeeded; `detail` says where it is found. */
  done(step: string, detail: string): void {
    this.#pending.delete(step);
    this.line(`${pc.green('✓')} ${step.padEnd(10)} ${pc.dim(this.#elapsed())}  ${detail}`);
  }

  /** A line for everybody. */
  line(text: string): void {
    this.#clear();
    this.out.write(`${text}\n`);
    this.#redraw();
  }

  /** Something is not as it should be. */
  warn(text: string): void {
    this.#clear();
    this.err.write(`${text}\n`);
    this.#redraw();
  }

  /** No more steps: the live line goes. */
  settle(): void {
    clearInterval(this.#timer);
    this.#clear();
    this.#pending.clear();
  }

  #elapsed(): string {
    return `${((performance.now() - this.#since) / 1000).toFixed(1).padStart(5)} s`;
  }

  #clear(): void {
    if (this.out.isTTY) this.out.write('\r\u001B[2K');
  }

  #redraw(): void {
    if (!this.out.isTTY || this.#pending.size === 0) return;
    const frame = FRAMES[this.#frame++ % FRAMES.length];
    const text = `${frame} ${this.#elapsed()}  starting ${[...this.#pending].join(', ')}`;
    this.out.write(`\r\u001B[2K${text.slice(0, (this.out.columns || 80) - 1)}`);
  }
}
