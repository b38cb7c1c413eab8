/** Of the time, what compiling may take at most: a twentieth. */
const SHARE = 19;

/** Compiles again when it is asked to: at once after a quiet time, for all who asked meanwhile after a busy one. */
export class Recompiling {
  private timer: NodeJS.Timeout | undefined;
  private earliest = 0;

  constructor(private readonly compile: () => Promise<void>) {}

  ask(): void {
    this.timer ??= setTimeout(() => void this.run(), Math.max(0, this.earliest - performance.now()));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    const startedAt = performance.now();
    await this.compile();
    const endedAt = performance.now();
    this.earliest = endedAt + (endedAt - startedAt) * SHARE;
  }
}
