const LINE_FEED = 0x0a;
const INITIAL_BYTES = 64 * 1024;
/** What one turn of the event loop rarely goes beyond; more is given back. */
const KEPT_BYTES = 1024 * 1024;
/** Of one UTF-16 code unit in UTF-8. */
const MAX_UNIT_BYTES = 3;

/** Lines on their way to the disk, encoded as they come into memory that is used again and again. */
export class LineBuffer {
  private memory = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  private used = 0;

  /** In bytes. */
  get length(): number {
    return this.used;
  }

  /** Holds only until the next {@link add} or {@link clear}. */
  get bytes(): Buffer {
    return this.memory.subarray(0, this.used);
  }

  /** @param line without its line feed. */
  add(line: string): void {
    this.provide(line.length * MAX_UNIT_BYTES + 1);
    this.used += this.memory.write(line, this.used);
    this.memory[this.used++] = LINE_FEED;
  }

  clear(): void {
    this.used = 0;
    if (this.memory.length > KEPT_BYTES) this.memory = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  }

  private provide(bytes: number): void {
    const needed = this.used + bytes;
    if (needed <= this.memory.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.memory.length * 2));
    this.memory.copy(larger, 0, 0, this.used);
    this.memory = larger;
  }
}
