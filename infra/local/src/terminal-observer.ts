import pc from 'picocolors';
import type { Part } from './part.js';
import type { Observer } from './supervised.js';
import type { Terminal } from './terminal.js';

/** Loud lines shown per part and window; the rest is only in its log. */
const MAX_LINES = 5;
const WINDOW_MS = 30_000;
const MAX_LINE_CHARACTERS = 8_000;

/** What is known of one part's output. */
interface Stream {
  /** The piece of a line whose end has not come yet. */
  rest: string;
  windowEndsAt: number;
  shown: number;
}

/** Shows warnings and errors of every part, and its crashes; a storm is cut short. */
export class TerminalObserver implements Observer {
  readonly #streams = new Map<string, Stream>();

  constructor(private readonly terminal: Terminal) {}

  output(part: Part, chunk: Buffer): void {
    const stream = this.#streamOf(part);
    const lines = (stream.rest + chunk.toString()).split('\n');
    stream.rest = lines.pop()?.slice(-MAX_LINE_CHARACTERS) ?? '';
    for (const line of lines) if (part.isLoud(line)) this.#show(part, stream, line);
  }

  crashed(part: Part, reason: string, waitMs: number): void {
    this.terminal.warn(`${pc.red('✗')} ${part.name} ${reason}; starting it again in ${waitMs / 1000} s`);
  }

  recovered(part: Part): void {
    this.terminal.line(`${pc.green('✓')} ${part.name} runs again`);
  }

  #streamOf({ name }: Part): Stream {
    const stream = this.#streams.get(name) ?? { rest: '', windowEndsAt: 0, shown: 0 };
    this.#streams.set(name, stream);
    return stream;
  }

  #show(part: Part, stream: Stream, line: string): void {
    if (performance.now() > stream.windowEndsAt) {
      stream.windowEndsAt = performance.now() + WINDOW_MS;
      stream.shown = 0;
    }
    stream.shown += 1;
    if (stream.shown <= MAX_LINES) this.terminal.warn(`${pc.yellow(part.name.padEnd(10))} ${readable(line)}`);
    if (stream.shown === MAX_LINES) this.terminal.warn(`${part.name.padEnd(10)} … more in its log`);
  }
}

/** A pino line as people read it; any other line as it is. */
function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { level, msg, err, reason } = JSON.parse(line);
    return [level, msg, err?.message ?? reason].filter(Boolean).join('  ');
  } catch {
    return line;
  }
}
